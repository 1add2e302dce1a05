/** The finding about goroutines that requests leave behind: they grow while what is in work does not. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import type { FindingRule } from './rule.ts';

/** Best first: both count the same, a profile also says where. */
const names = ['goroutines.total', 'go.goroutines'] as const;
const leastRise = 100;
/**
 * A connection keeps two goroutines in the server, the second while it answers (`backgroundRead` in net/http/server.go). A proxy has two
 * for each connection behind it, and may have two of those: a request that waits for one also dials one (`queueForDial` in
 * net/http/transport.go), which then idles. One is for good measure.
 */
const perConnection = 7;
/** Looks do not fall on the same moment of each request. */
const hardlyFell = 0.9;

interface Growth {
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Targets whose goroutines rose from step to step, never fell, and ended far above what the load's open connections explain. A
 * backlog looks different: it has as many connections. What is started once and kept looks the same, but not with every request.
 */
export const goroutineLeak: FindingRule = {
  id: 'goroutine-leak',
  role: 'cause',
  explains: ['goroutine-pile-up'],
  find({ steps }) {
    const last = steps.at(-1);
    if (steps.length < 2 || !last) return [];
    const connections = Math.max(...steps.map((step) => step.targets[generatorTarget]?.['load.connections']?.max ?? 0));
    if (connections === 0) return [];
    const leaks = Object.keys(last.targets).flatMap((target) => {
      const growth = growthOf(target, steps);
      const rise = growth ? growth.to - growth.from : 0;
      return growth && rise >= leastRise && rise > perConnection * connections ? [growth] : [];
    });
    if (leaks.length === 0) return [];
    const completed = steps.reduce((sum, step) => sum + step.load.completed, 0);
    return [
      {
        severity: 'warning',
        title: 'Goroutines grow with the requests and stay',
        evidence: leaks.slice(0, 4).map(({ target, from, to }) => {
          const site = siteOf(last, target);
          return `${target}: ${formatNumber(from)} to ${formatNumber(to)} goroutines over ${formatNumber(completed)} answers, never fewer, with at most ${formatNumber(connections)} connections open${site}`;
        }),
        advice:
          'Each holds its stack and what that points to until the process ends. Give whoever they wait for a way to end: a context, a buffered channel, a timeout.',
        steps: steps.map(({ name }) => name),
      },
    ];
  },
};

/** How a target's goroutines grew; undefined when they fell in between or are not known in every step. */
function growthOf(target: string, steps: readonly StepResult[]): Growth | undefined {
  const name = names.find((each) => steps.every((step) => step.targets[target]?.[each] !== undefined));
  if (name === undefined) return undefined;
  const stats = steps.flatMap((step) => step.targets[target]?.[name] ?? []);
  let before = 0;
  for (const { min, max, last } of stats) {
    if (min < hardlyFell * before || last < hardlyFell * max) return undefined;
    before = last;
  }
  return { target, from: stats[0]?.min ?? 0, to: before };
}

function siteOf(step: StepResult, target: string): string {
  const most = step.goroutines.filter((site) => site.target === target).toSorted((a, b) => b.mean - a.mean)[0];
  return most ? `; most are in ${most.reason} at ${most.site}` : '';
}

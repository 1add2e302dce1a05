/** The finding about connections that are opened for single requests instead of being kept. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { observe, valueIn } from './observed.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** Pools open a connection now and then; one for every so many requests is no longer a pool. */
const leastPerAnswer = 0.1;
const leastDialsRps = 30;
const host = 'host';

interface Churn {
  readonly step: string;
  /** Whose network it was counted in, `host` where all share one. */
  readonly target: string;
  readonly dialsRps: number;
  readonly perAnswer: number;
}

/** Steps in which services, or the generator against its will, opened a connection for a good part of the requests. */
export const connectionChurn: FindingRule = {
  id: 'connection-churn',
  role: 'cause',
  explains: ['resent', 'goroutine-pile-up', 'latency-knee'],
  find: (run) => [...closedByTarget(run), ...betweenServices(run)],
};

function closedByTarget({ steps }: RunEvidence): Found[] {
  const seen = steps.flatMap((step) => churnOf(step, generatorTarget, openedRps(step)));
  if (seen.length <= steps.length / 2) return [];
  const worst = worstOf(seen);
  return [
    {
      severity: 'warning',
      title: `The target closes connections: ${formatNumber(worst.perAnswer)} new ones for each answer`,
      evidence: seen.slice(0, 4).map(words),
      advice:
        'Let it keep connections alive: no Connection: close, no SetKeepAlivesEnabled(false), an idle timeout longer than the gaps between requests, bodies read to their end. Each new one costs a handshake, and TLS several times that.',
      steps: seen.map(({ step }) => step),
      charts: [{ target: generatorTarget, series: 'load.opened_rps' }],
    },
  ];
}

function betweenServices(run: RunEvidence): Found[] {
  const { steps } = run;
  const seen = observe(steps, 'net.dials_per_second', 'mean').flatMap(({ step: name, target, value }) => {
    const step = steps.find((each) => each.name === name);
    // The generator dials from the host's network.
    return step ? churnOf(step, target, target === host ? value - openedRps(step) : value) : [];
  });
  const worst = worstOf(seen);
  if (seen.length === 0 || new Set(seen.map(({ step }) => step)).size <= steps.length / 2) return [];
  const who = worst.target === host ? dialler(run) : worst.target;
  const waits = seen.flatMap(
    (at) => valueIn(steps, { ...at, target: who ?? at.target }, 'sock.time_wait', 'max') ?? [],
  );
  return [
    {
      severity: 'warning',
      title: `${who ?? 'A service'} opens a new connection for ${formatNumber(worst.perAnswer)} of each answer instead of keeping them`,
      evidence: [
        ...seen.slice(0, 4).map(words),
        ...(waits.length > 0
          ? [`${who ?? worst.target}: up to ${formatNumber(Math.max(...waits))} sockets in TIME_WAIT`]
          : []),
      ],
      advice:
        'Keep connections: one http.Client for the whole process, MaxIdleConnsPerHost (2 unless set) no smaller than the requests under way at once, answers read to their end and closed, keep-alives on at both ends.',
      steps: [...new Set(seen.map(({ step }) => step))],
      targets: who === undefined ? [] : [who],
      charts: [{ target: worst.target, series: 'net.dials_per_second' }],
    },
  ];
}

function openedRps(step: StepResult): number {
  return step.targets[generatorTarget]?.['load.opened_rps']?.mean ?? 0;
}

function churnOf(step: StepResult, target: string, dialsRps: number): Churn[] {
  const perAnswer = dialsRps / Math.max(1, step.load.completedRps);
  return perAnswer >= leastPerAnswer && dialsRps >= leastDialsRps
    ? [{ step: step.name, target, dialsRps, perAnswer }]
    : [];
}

function worstOf(seen: readonly Churn[]): Churn {
  const none = { step: '', target: host, dialsRps: 0, perAnswer: 0 };
  return seen.reduce((worst, each) => (each.perAnswer > worst.perAnswer ? each : worst), none);
}

function words({ step, target, dialsRps, perAnswer }: Churn): string {
  return `${step}, ${target}: ${formatNumber(dialsRps)} connections opened per second, ${formatNumber(perAnswer)} for each answer`;
}

/** The service that was seen dialling most, or that holds most sockets of closed connections; those who close first keep them. */
function dialler({ stacks, steps }: RunEvidence): string | undefined {
  const dials = new Map<string, number>();
  for (const { target, groups } of stacks) {
    const count = groups.filter(isDialling).reduce((sum, group) => sum + group.count, 0);
    if (count > 0) dials.set(target, (dials.get(target) ?? 0) + count);
  }
  const seen = [...dials].sort((a, b) => b[1] - a[1])[0]?.[0];
  return seen ?? observe(steps, 'sock.time_wait', 'max').sort((a, b) => b.value - a.value)[0]?.target;
}

function isDialling({ frames }: { readonly frames: readonly string[] }): boolean {
  return frames.some((frame) => frame === 'net.(*netFD).connect' || frame === 'net/http.(*Transport).dialConn');
}

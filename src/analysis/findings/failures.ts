/** The finding about arrivals that were not answered well, by kind and with the first time of each. */
import type { LoadWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatCount } from '../../model/units.ts';
import { errorKinds } from '../run/error-kinds.ts';
import { addedUp } from '../run/step-parts.ts';
import type { FindingRule } from './rule.ts';

const manyShare = 0.01;
const listed = 4;

/** Steps in which arrivals failed, timed out or were dropped. */
export const failures: FindingRule = {
  id: 'failures',
  role: 'symptom',
  find({ steps, windows, scenario }) {
    const bad = steps.filter((step) => lostIn(step) > 0);
    if (bad.length === 0) return [];
    const total = bad.reduce((sum, step) => sum + lostIn(step), 0);
    const planned = steps.reduce((sum, step) => sum + step.load.planned, 0);
    const names = new Set(bad.map(({ name }) => name));
    const own = windows.filter(({ step }) => names.has(scenario.load?.steps[step]?.name ?? ''));
    const firsts = firstOfEach(own);
    const sinceUs = firsts[0]?.atUs;
    return [
      {
        severity: total / planned > manyShare ? 'critical' : 'warning',
        title: `${formatCount(total)} of ${formatCount(planned)} measured arrivals failed, timed out or were dropped${mostText(bad, total)}`,
        evidence: [
          ...bad.slice(0, listed).map(describeFailures),
          ...firsts
            .slice(0, listed)
            .map(({ kind, count, atUs }) => `${kind}: ${formatCount(count)}, first of those due at ${second(atUs)}`),
        ],
        advice:
          'They stand in the response latencies with the time that had passed; a fast failure makes percentiles look better than they are.',
        steps: bad.map((step) => step.name),
        ...(sinceUs === undefined ? {} : { sinceUs }),
        charts: [{ target: 'generator', series: 'load.failed_rps' }],
      },
    ];
  },
};

function lostIn({ load }: StepResult): number {
  return load.failed + load.timedOut + load.dropped;
}

interface First {
  readonly kind: string;
  readonly count: number;
  readonly atUs: number;
}

/** Each kind with its count and the second in which the first of them was due, earliest first. */
function firstOfEach(windows: readonly LoadWindow[]): First[] {
  const firsts = new Map<string, First>();
  for (const { dueUs, errors } of windows) {
    for (const [kind, count] of Object.entries(errors)) {
      const known = firsts.get(kind);
      firsts.set(kind, { kind, count: count + (known?.count ?? 0), atUs: Math.min(dueUs, known?.atUs ?? dueUs) });
    }
  }
  return [...firsts.values()].sort((a, b) => a.atUs - b.atUs);
}

/** What became of more than half of them, whichever request it was; nothing where they ended in several ways. */
function mostText(bad: readonly StepResult[], total: number): string {
  const kinds = bad.flatMap((step) => errorKinds(step)).map(([kind, count]) => ({ [`by ${kind}`]: count }));
  const others = bad.map(({ load }) => ({ 'timed out': load.timedOut, 'were dropped': load.dropped }));
  const [most] = Object.entries(addedUp([...kinds, ...others]));
  return most && 2 * most[1] > total ? `, most ${most[0]}` : '';
}

function describeFailures(step: StepResult): string {
  const { failed, timedOut, dropped } = step.load;
  const kinds = Object.entries(step.errors)
    .slice(0, 3)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  const parts = [
    `${formatCount(failed)} failed`,
    `${formatCount(timedOut)} timed out`,
    `${formatCount(dropped)} dropped`,
  ];
  return `${step.name}: ${parts.join(', ')}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`;
}

function second(us: number): string {
  return `${(us / 1e6).toFixed(0)} s`;
}

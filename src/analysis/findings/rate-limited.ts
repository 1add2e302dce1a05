/** The finding about a service that turns requests away from a rate on: what it lets through is its limit, not its strength. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { failedOfClass } from '../run/error-kinds.ts';
import type { FindingRule } from './rule.ts';

/** 429 is meant for it (RFC 6585, section 4); 503 is what overload protection answers as well. */
const statuses = ['429', '503'] as const;
const leastShare = 0.02;
/** Turned away at once: an answer that took as long as a good one at a low rate, or less. */
const quickFactor = 3;
/** What passes stays within so much of the same number, whatever is sent. */
const sameWithin = 0.15;
/** So many times as much is sent elsewhere: the same number then tells of a limit. */
const muchMore = 1.5;

/** Steps in which a share of the requests was answered 429, or 503 at once, while the rate of good answers stayed the same. */
export const rateLimited: FindingRule = {
  id: 'rate-limited',
  role: 'cause',
  explains: ['failures', 'throughput-ceiling'],
  find({ steps }) {
    return statuses.flatMap((status) => {
      const limited = steps.filter((step) => failedOfClass(step, status) > leastShare * step.load.planned);
      const first = limited[0];
      if (!first) return [];
      const [least, most] = rangeIn(limited, goodRps);
      if (status === '503' && (!isQuick(first, steps[0]) || !isLimit(limited, steps[0]))) return [];
      const refusing = refusingTargets(first, status);
      return [
        {
          severity: 'critical',
          title: `From ${formatNumber(first.load.plannedRps)}/s on requests are answered ${status}: ${rangeOf(least, most)}/s pass`,
          evidence: limited
            .slice(0, 4)
            .map(
              (step) =>
                `${step.name}: ${formatNumber((100 * failedOfClass(step, status)) / step.load.planned)} % answered ${status}, ${formatNumber(goodRps(step))}/s answered well`,
            ),
          ruledOut: [
            `Slowness: p50 is ${formatNumber(first.responseUs.p50 / 1000)} ms, ${formatNumber((steps[0]?.responseUs.p50 ?? 0) / 1000)} ms at ${steps[0]?.name}`,
          ],
          advice:
            'Raise the limit if the service can do more, or send below it: what lies above it says nothing of what the service can do.',
          steps: limited.map(({ name }) => name),
          ...(refusing.length > 0 ? { targets: refusing } : {}),
          share: 1,
          charts: [{ target: 'generator', series: 'load.failed_rps' }],
        },
      ];
    });
  },
};

/** The targets that tell of such answers themselves, most first: the one that refuses, and those that pass its answers on. */
function refusingTargets({ targets }: StepResult, status: string): string[] {
  return Object.entries(targets)
    .map(([id, table]) => ({ id, rps: table[`app.requests_per_second.${status}`]?.mean ?? 0 }))
    .filter(({ rps }) => rps > 0)
    .sort((a, b) => b.rps - a.rps)
    .map(({ id }) => id);
}

function rangeOf(least: number, most: number): string {
  const [from, to] = [formatNumber(least), formatNumber(most)];
  return from === to ? from : `${from} to ${to}`;
}

function goodRps({ load, durationUs }: StepResult): number {
  return load.completed / (durationUs / 1e6);
}

/** Whether about the same number passes; of steps that are all there is, only where more is sent in one than in another. */
function isLimit(limited: readonly StepResult[], base: StepResult | undefined): boolean {
  const [least, most] = rangeIn(limited, goodRps);
  const [fewest, all] = rangeIn(limited, ({ load }) => load.plannedRps);
  return least >= (1 - sameWithin) * most && (limited[0] !== base || all >= muchMore * fewest);
}

function rangeIn(steps: readonly StepResult[], of: (step: StepResult) => number): [least: number, most: number] {
  const values = steps.map(of);
  return [Math.min(...values), Math.max(...values)];
}

function isQuick(step: StepResult, base: StepResult | undefined): boolean {
  return base !== undefined && step.responseUs.p50 <= quickFactor * base.responseUs.p50;
}

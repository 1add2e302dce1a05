/** What each run of a comparison comes to: one number per metric, over the steps that every variant held. */
import type { ArmStep, MetricId } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import { isNoAnswer, maxLatencyUs } from '../../model/units.ts';
import type { CompleteRound } from '../rounds/complete-rounds.ts';
import { slowerIn, slowFactor, slowShare } from '../rounds/slow-share.ts';
import { medianP99Us } from '../rounds/window-p99.ts';

/** One metric: a lower or a higher value is better; changes are ratios, or differences of shares that may be zero. */
export interface ComparisonMetric {
  readonly id: MetricId;
  readonly title: string;
  readonly unit: string;
  readonly better: 'low' | 'high';
  readonly kind: 'ratio' | 'difference';
}

/** Every metric, in the order of reports. */
export const comparisonMetrics: readonly ComparisonMetric[] = [
  { id: 'p99', title: 'response p99', unit: 'us', better: 'low', kind: 'ratio' },
  { id: 'slow-share', title: 'slow requests', unit: '%', better: 'low', kind: 'ratio' },
  { id: 'throughput', title: 'answered at the highest rate', unit: 'req/s', better: 'high', kind: 'ratio' },
  { id: 'cpu', title: 'CPU per request', unit: 'us', better: 'low', kind: 'ratio' },
  { id: 'memory', title: 'memory', unit: 'MiB', better: 'low', kind: 'ratio' },
  { id: 'gc', title: 'GC share of CPU', unit: '%', better: 'low', kind: 'difference' },
];

/** A rate is held when this share of it is answered. */
const heldShare = 0.97;

/** The metrics of each variant in one round, by variant. */
export type RoundValues = ReadonlyMap<string, Partial<Record<MetricId, number>>>;

/** Steps whose rate every variant held in the median round, and who did not hold the others. */
export function heldSteps(rounds: readonly CompleteRound[], variants: readonly string[]) {
  const names = [...(rounds[0]?.values().next().value?.steps ?? [])].map(({ name }) => name);
  const notHeld = names.map((step) => ({
    step,
    variants: variants.filter(
      (variant) => medianOf(rounds.map((round) => answeredShare(round, variant, step))) < heldShare,
    ),
  }));
  return {
    held: notHeld.filter(({ variants: none }) => none.length === 0).map(({ step }) => step),
    notHeld: notHeld.filter(({ variants: some }) => some.length > 0),
  };
}

function answeredShare(round: CompleteRound, variant: string, step: string): number {
  const of = stepOf(round, variant, step);
  return of && of.rps > 0 ? of.completedRps / of.rps : Number.NaN;
}

/** A step of one variant in a round. */
export function stepOf(round: CompleteRound, variant: string, step: string): ArmStep | undefined {
  return round.get(variant)?.steps.find(({ name }) => name === step);
}

/** The median p99 of a step's windows, microseconds; of all of them where each was disturbed. */
export function stepP99Us({ windows }: ArmStep): number {
  const undisturbed = medianP99Us(windows);
  return Number.isNaN(undisturbed) ? medianOf(windows.map(({ p99Us }) => p99Us)) : undisturbed;
}

/** The metrics of each variant in one round; what a run does not know is absent. */
export function roundMetrics(round: CompleteRound, steps: readonly string[]): RoundValues {
  const slow = slowShares(round, steps);
  return new Map(
    [...round].map(([variant, run]) => {
      const judged = run.steps.filter(({ name }) => steps.includes(name));
      const all = {
        p99: meanP99Us(judged),
        'slow-share': (slow.get(variant) ?? Number.NaN) * 100,
        throughput: highest(run.steps)?.completedRps,
        cpu: weighted(judged, ({ cpuUsPerRequest }) => cpuUsPerRequest),
        memory: most(judged, ({ memoryMib }) => memoryMib),
        gc: weighted(judged, ({ gcCpuPercent }) => gcCpuPercent),
      };
      const known = Object.entries(all).filter(([, value]) => value !== undefined && Number.isFinite(value));
      return [variant, Object.fromEntries(known)];
    }),
  );
}

/** One step without a p99 leaves none for all of them. */
function meanP99Us(steps: readonly ArmStep[]): number {
  const all = steps.map(stepP99Us);
  return all.some(isNoAnswer) ? maxLatencyUs : geometricMean(all);
}

/** What is slow is the same for all variants of a round: a multiple of their common p99, so that none is favoured. */
function slowShares(round: CompleteRound, steps: readonly string[]): Map<string, number> {
  const logs = new Map<string, number[]>();
  for (const step of steps) {
    const all = [...round].flatMap(([variant, run]) => {
      const own = run.steps.find(({ name }) => name === step);
      return own ? [{ variant, own }] : [];
    });
    const thresholdUs = slowFactor * geometricMean(all.map(({ own }) => stepP99Us(own)));
    for (const { variant, own } of all) {
      const share = slowShare(slowerIn(own)(thresholdUs), own.counts.planned);
      logs.set(variant, [...(logs.get(variant) ?? []), share]);
    }
  }
  return new Map([...logs].map(([variant, shares]) => [variant, geometricMean(shares)]));
}

/** The rate that half an answer more at the highest rate would be, answers per second. */
export function halfAnswerRps(round: CompleteRound | undefined, variant: string): number {
  const top = highest(round?.get(variant)?.steps ?? []);
  return top && top.counts.planned > 0 ? (0.5 * top.rps) / top.counts.planned : 0;
}

function highest(steps: readonly ArmStep[]): ArmStep | undefined {
  return steps.reduce<ArmStep | undefined>((top, step) => (top && top.rps >= step.rps ? top : step), undefined);
}

/** By completed requests; undefined when a step does not say. */
function weighted(steps: readonly ArmStep[], pick: (step: ArmStep) => number | undefined): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const step of steps) {
    const value = pick(step);
    if (value === undefined) return undefined;
    sum += value * step.counts.completed;
    weight += step.counts.completed;
  }
  return weight > 0 ? sum / weight : undefined;
}

function most(steps: readonly ArmStep[], pick: (step: ArmStep) => number | undefined): number | undefined {
  const values = steps.flatMap((step) => pick(step) ?? []);
  return values.length === steps.length && values.length > 0 ? Math.max(...values) : undefined;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

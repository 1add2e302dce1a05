/** Rounds of several variants to the quantities they are compared in: one number per round and variant. */
import { decodeHistogram } from '../model/histogram.ts';
import { capacityAt } from './capacity-crossing.ts';
import type { ArmStep, TrialRound } from './gate-input.ts';
import { type Consumption, costPerMillion, type Prices } from './request-cost.ts';
import { countSlower, slowShare, slowThresholdUs } from './slow-share.ts';
import { medianOf, medianP99Us } from './window-p99.ts';

/** What variants can be compared in. */
export type VariantMetricName =
  | 'tail'
  | 'p99'
  | 'slow-share'
  | 'capacity'
  | 'cpu-per-request'
  | 'memory'
  | 'gc-cpu'
  | 'cost';

/** One quantity: positive values by variant and round; `p99` is of one step, all others of the whole ramp. */
export interface VariantMetric {
  readonly name: VariantMetricName;
  readonly step?: string | undefined;
  readonly isHigherBetter: boolean;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** What decides which steps and which prices are taken. */
export interface VariantSettings {
  readonly steps?: readonly string[] | undefined;
  /** A step that is busier in every variant is left out of the tail. */
  readonly maxUtilisation: number;
  /** As for a gate: five times the p99 of the lowest step without it, the same for all variants of a round. */
  readonly capacityLimitUs?: number | undefined;
  readonly prices: Prices;
}

/** Half of a percent of GC is as good as none; without it a share of 0 would have no logarithm. */
const leastGcPercent = 0.01;

const limitOverLowest = 5;

/** All quantities that every variant has a number for in every round. */
export function variantMetrics(
  rounds: readonly TrialRound[],
  variants: readonly string[],
  settings: VariantSettings,
): VariantMetric[] {
  const table = rounds.map((round) => variants.map((variant) => stepsOf(round, variant, settings.steps)));
  const quiet = quietSteps(table, settings.maxUtilisation);
  const isQuiet = ({ name }: ArmStep) => quiet.includes(name);
  const perVariant = (measure: (steps: readonly ArmStep[], all: readonly (readonly ArmStep[])[]) => number) =>
    Object.fromEntries(variants.map((variant, index) => [variant, table.map((row) => measure(row[index] ?? [], row))]));
  const metric = (name: VariantMetricName, values: VariantMetric['values'], isHigherBetter = false) => ({
    name,
    isHigherBetter,
    values,
  });
  const all: VariantMetric[] = [
    metric(
      'tail',
      perVariant((steps) => geometricMean(steps.filter(isQuiet).map(p99Of))),
    ),
    ...quiet.map((step) => ({
      ...metric(
        'p99',
        perVariant((steps) => geometricMean(steps.filter(({ name }) => name === step).map(p99Of))),
      ),
      step,
    })),
    metric(
      'slow-share',
      perVariant((steps, row) => slowShareOf(steps.filter(isQuiet), row)),
    ),
    metric(
      'capacity',
      perVariant((steps, row) => capacityOf(steps, row, settings.capacityLimitUs)),
      true,
    ),
    metric(
      'cpu-per-request',
      perVariant((steps) => perRequest(steps, ({ cpuSeconds }) => cpuSeconds * 1e6)),
    ),
    metric(
      'memory',
      perVariant((steps) => Math.max(...steps.map(({ memoryMib }) => memoryMib ?? Number.NaN))),
    ),
    metric(
      'gc-cpu',
      perVariant((steps) => mean(steps.map(({ gcCpuPercent }) => (gcCpuPercent ?? Number.NaN) + leastGcPercent))),
    ),
    metric(
      'cost',
      perVariant((steps) => costPerMillion(consumptionOf(steps), settings.prices)),
    ),
  ];
  return all.filter(({ values }) =>
    Object.values(values).every((own) => own.every((value) => value > 0 && Number.isFinite(value))),
  );
}

function stepsOf({ arms }: TrialRound, variant: string, names: readonly string[] | undefined): readonly ArmStep[] {
  return (arms[variant]?.steps ?? []).filter(({ name }) => names?.includes(name) ?? true);
}

function quietSteps(table: readonly (readonly (readonly ArmStep[])[])[], maxUtilisation: number): string[] {
  const names = (table[0]?.[0] ?? []).map(({ name }) => name);
  return names.filter((name) => {
    const busy = (table[0] ?? []).map((_, variant) =>
      medianOf(
        table.flatMap((row) =>
          (row[variant] ?? []).flatMap((step) => (step.name === name ? (step.utilisation ?? []) : [])),
        ),
      ),
    );
    return !(Math.min(...busy) > maxUtilisation);
  });
}

function p99Of({ windows }: ArmStep): number {
  return medianP99Us(windows);
}

/** The threshold of each step is the same for all variants, whichever is which. */
function slowShareOf(steps: readonly ArmStep[], row: readonly (readonly ArmStep[])[]): number {
  return geometricMean(
    steps.map((step) => {
      const usual = geometricMean(row.flatMap((other) => other.filter(({ name }) => name === step.name).map(p99Of)));
      const { planned, failed, dropped, unfinished } = step.counts;
      const slower = countSlower(decodeHistogram(step.response), slowThresholdUs(usual, usual));
      return slowShare(Math.min(planned, slower + failed + dropped + unfinished), planned);
    }),
  );
}

function capacityOf(
  steps: readonly ArmStep[],
  row: readonly (readonly ArmStep[])[],
  limitUs: number | undefined,
): number {
  const lowest = row.flatMap((own) =>
    own.reduce<ArmStep[]>((least, step) => (least[0] && least[0].rps <= step.rps ? least : [step]), []),
  );
  const limit = limitUs ?? limitOverLowest * geometricMean(lowest.map(p99Of));
  return (
    capacityAt(
      steps.map((step) => ({ rps: step.rps, p99Us: p99Of(step) })),
      limit,
    )?.rps ?? Number.NaN
  );
}

function consumptionOf(steps: readonly ArmStep[]): Consumption {
  const sum = (pick: (step: ArmStep) => number) => steps.reduce((total, step) => total + pick(step), 0);
  return {
    requests: sum(({ counts }) => counts.completed),
    cpuSeconds: sum(({ counts, cpuUsPerRequest }) => (counts.completed * (cpuUsPerRequest ?? Number.NaN)) / 1e6),
    gibSeconds: sum(({ counts, rps, memoryMib }) => ((memoryMib ?? Number.NaN) / 1024) * (counts.planned / rps)),
  };
}

function perRequest(steps: readonly ArmStep[], pick: (consumption: Consumption) => number): number {
  const consumption = consumptionOf(steps);
  return pick(consumption) / consumption.requests;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map(Math.log)));
}

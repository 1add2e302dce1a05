/** Values of a comparison as reports show them: by metric, with unit and the digits that mean something. */
import type { Judgement, MetricId } from '../../model/comparison.ts';
import { formatLatencyUs, formatNumber, formatPercent, formatShare } from '../../model/units.ts';
import { counted, noValue } from './number-format.ts';
import type { StateWords } from './state-words.ts';

/** One column of the table of variants: a short head, and the cell of each variant. */
interface VariantColumn {
  readonly head: string;
  readonly metric: MetricId | undefined;
  readonly cell: (row: Judgement['summary'][number]) => string;
}

const heads: Readonly<Record<MetricId, string>> = {
  p99: 'p99',
  'slow-share': 'slow',
  throughput: 'answered',
  cpu: 'CPU/request',
  memory: 'memory',
  gc: 'GC of CPU',
};

/** A value of a metric with its unit. */
function metricText(metric: MetricId, value: number | undefined): string {
  if (value === undefined) return noValue;
  if (metric === 'p99' || metric === 'cpu') return formatLatencyUs(value);
  if (metric === 'throughput') return `${formatNumber(value)}/s`;
  if (metric === 'memory') return `${formatNumber(value)} MiB`;
  return formatPercent(value);
}

/** The columns of the table of variants, after their names. */
export function variantColumns({ metrics, summary }: Judgement, unit: string): VariantColumn[] {
  const ofMetrics = metrics.map(
    ({ id }): VariantColumn => ({
      head: heads[id],
      metric: id,
      cell: ({ values }) => metricText(id, values[id]),
    }),
  );
  const hasErrors = summary.some(({ errorShare }) => errorShare > 0);
  const hasCosts = summary.every(({ costPerMillion }) => costPerMillion !== undefined);
  const errors: VariantColumn = {
    head: 'failed',
    metric: undefined,
    cell: ({ errorShare }) => formatShare(errorShare),
  };
  const cost: VariantColumn = {
    head: unit === '' ? 'core hours/M' : `${unit}/M`,
    metric: undefined,
    cell: ({ costPerMillion }) =>
      costPerMillion === undefined ? noValue : String(Number(costPerMillion.toPrecision(3))),
  };
  return [...ofMetrics, ...(hasErrors ? [errors] : []), ...(hasCosts ? [cost] : [])];
}

/** What one round of all variants is, in words: `8 whole rounds of 2 variants`. */
export function extentText({ rounds, variants }: Judgement): string {
  return `${counted(rounds.length, 'whole round')} of ${counted(variants.length, 'variant')}`;
}

/** State of a comparison in words: what the reader must know before any number. */
export function comparisonState({ outcome, message, metrics, waits = [] }: Judgement): StateWords {
  if (outcome === 'invalid') return { tone: 'bad', word: 'Invalid', sentence: message };
  if (outcome === 'cannot tell') return { tone: 'warn', word: 'Cannot tell', sentence: message };
  // Whoever never recovers is not to be read over for a better p99.
  if (waits.some(({ variants }) => variants.some(({ never }) => never > 0)))
    return { tone: 'warn', word: 'Judged', sentence: message };
  return { tone: metrics.some(({ best }) => best !== undefined) ? 'good' : 'info', word: 'Judged', sentence: message };
}

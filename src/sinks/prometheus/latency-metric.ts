/** Latencies as a metric of prom-client: its own histogram counts one value at a time, ours takes histograms whole. */
import type { Histogram } from 'hdr-histogram-js';
import { addHistogram, newHistogram } from '../../model/histogram.ts';
import { classicBuckets, totalsOf } from './buckets.ts';
import type { Labels, MetricValue, RegisteredMetric } from './registered.ts';

/** A histogram for each set of labels. */
export interface LatencyMetric extends RegisteredMetric {
  /** Adds an encoded histogram of microseconds. */
  observe(labels: Labels, text: string): void;
}

/** The line `_count`, with all that was counted: microseconds. */
interface CountValue extends MetricValue {
  readonly histogram: Histogram;
}

/** An empty metric, in seconds. */
export function createLatencyMetric({ name, help }: Pick<RegisteredMetric, 'name' | 'help'>): LatencyMetric {
  const seen = new Map<string, { readonly labels: Labels; readonly histogram: Histogram }>();
  const head = { name, help, type: 'histogram', aggregator: 'sum' } as const;
  return {
    ...head,
    observe: (labels, text) => {
      const key = JSON.stringify(labels);
      const { histogram } = seen.get(key) ?? { histogram: newHistogram() };
      addHistogram(histogram, text);
      seen.set(key, { labels, histogram });
    },
    get: async () => ({
      ...head,
      values: [...seen.values()].flatMap(({ labels, histogram }) => valuesOf(name, labels, histogram)),
    }),
  };
}

function valuesOf(name: string, labels: Labels, histogram: Histogram): MetricValue[] {
  const { count, sum } = totalsOf(histogram);
  const bucket = (le: number | string, value: number) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  const counted: CountValue = { metricName: `${name}_count`, labels, value: count, histogram };
  return [
    ...classicBuckets(histogram).map(([bound, below]) => bucket(bound, below)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sum },
    counted,
  ];
}

/** The histogram that a line of a latency metric stands for: undefined but for its `_count`. */
export function histogramOf(value: object): Histogram | undefined {
  return 'histogram' in value ? (value as CountValue).histogram : undefined;
}

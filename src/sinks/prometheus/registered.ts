/** What a registry of prom-client (15.1) asks of a metric, which need not be one of its own classes. */
import type { Metric, OpenMetricsContentType, Registry } from 'prom-client';

/** Values by name of label. */
export type Labels = Readonly<Record<string, string>>;

/** One line of a metric. */
export interface MetricValue {
  /** That of the metric where it is left out. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** A metric as a registry reads it at each scrape. */
export interface RegisteredMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: 'sum';
  get(): Promise<Omit<RegisteredMetric, 'get'> & { readonly values: readonly MetricValue[] }>;
}

/** Adds a metric to a registry; throws where one of its name is there. */
export function register(registry: Registry | Registry<OpenMetricsContentType>, metric: RegisteredMetric): void {
  // Its declarations name its own classes only, though it calls nothing but get.
  registry.registerMetric(metric as unknown as Metric);
}

/**
 * A metric in the names of OpenMetrics 1.0 (github.com/prometheus/OpenMetrics, specification/OpenMetrics.md): counters and infos without
 * their suffix, which stands at each sample, infos as such, and whole bounds of buckets with their point.
 */
export function inOpenMetrics(
  metric: { get(): Promise<{ readonly values: readonly MetricValue[] }> },
  { name, help, type }: { readonly name: string; readonly help: string; readonly type: string },
): RegisteredMetric {
  const head = { name: name.replace(/_(?:total|info)$/, ''), help, type, aggregator: 'sum' } as const;
  return {
    ...head,
    get: async () => {
      const { values } = await metric.get();
      return { ...head, values: values.map((value) => openValue(value, type === 'info' ? name : undefined)) };
    },
  };
}

function openValue(value: MetricValue, metricName: string | undefined): MetricValue {
  const { le } = value.labels;
  return {
    ...value,
    ...(metricName === undefined ? {} : { metricName }),
    ...(Number.isInteger(le) ? { labels: { ...value.labels, le: `${le}.0` } } : {}),
  };
}

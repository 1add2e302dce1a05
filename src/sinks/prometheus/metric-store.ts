/** Metrics of one run, in registries of prom-client, which write them as text; each is there from when it is first told of. */
import { Counter, Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import { createLatencyMetric } from './latency-metric.ts';
import { inOpenMetrics, type Labels, register } from './registered.ts';

/** What is said of all samples of one name. */
export interface MetricHead {
  /** As Prometheus has it: in base units, of a counter with `_total`, of an info with `_info`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'info';
  /** All labels that its samples can have, without those that all metrics have. */
  readonly labelNames: readonly string[];
}

/** The two texts. */
type TextForm = 'prometheus' | 'openmetrics';

/** Takes what becomes known, and hands it out as often as it is asked for. */
export interface MetricStore {
  /** Of a gauge or an info. */
  set(head: MetricHead, labels: Labels, value: number): void;
  /** To a counter. */
  add(head: MetricHead, labels: Labels, value: number): void;
  /** Adds an encoded histogram of microseconds to a histogram. */
  observe(head: MetricHead, labels: Labels, text: string): void;
  /** Each with all metrics, in the names of its form. */
  readonly registries: Readonly<Record<TextForm, Pick<Registry, 'metrics' | 'getMetricsAsJSON'>>>;
}

/** An empty store, of metrics that all have the labels `shared`. */
export function createMetricStore(shared: Labels): MetricStore {
  const prometheus = new Registry();
  // A registry of OpenMetrics renames the counters that it holds, so that each form has one of its own.
  const openmetrics = new Registry<OpenMetricsContentType>();
  openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const registry of [prometheus, openmetrics]) registry.setDefaultLabels(shared);
  const configOf = ({ name, help, labelNames }: MetricHead) => ({ name, help, labelNames, registers: [prometheus] });
  const gaugeOf = madeOnce((head) => {
    const gauge = new Gauge(configOf(head));
    register(openmetrics, inOpenMetrics(gauge, head));
    return gauge;
  });
  const counterOf = madeOnce((head) => {
    const counter = new Counter(configOf(head));
    register(openmetrics, inOpenMetrics(counter, head));
    return counter;
  });
  const latencyOf = madeOnce((head) => {
    const latency = createLatencyMetric(head);
    register(prometheus, latency);
    register(openmetrics, inOpenMetrics(latency, head));
    return latency;
  });
  return {
    set: (head, labels, value) => gaugeOf(head).set(labels, value),
    add: (head, labels, value) => counterOf(head).inc(labels, value),
    observe: (head, labels, text) => latencyOf(head).observe(labels, text),
    registries: { prometheus, openmetrics },
  };
}

function madeOnce<Metric>(make: (head: MetricHead) => Metric): (head: MetricHead) => Metric {
  const made = new Map<string, Metric>();
  return (head) => {
    const metric = made.get(head.name) ?? make(head);
    made.set(head.name, metric);
    return metric;
  };
}

/**
 * What the metrics sampler makes of two answers of a Prometheus endpoint. Names: `go.<what>_<unit>` is the value itself;
 * `_per_second` is the rise of a counter over the time between the looks; `_percent` says of what in the table below.
 */
import { type Bucket, quantileBounds } from '../goruntime/metrics/bucket-quantile.ts';
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import type { GoProgram } from '../model/go-program.ts';
import {
  buildInfo,
  cpuShares,
  cpuTotal,
  gauges,
  gogc,
  histograms,
  memoryLimit,
  processCpu,
  rates,
  startTime,
  versionLabels,
} from './go-metric-names.ts';
import { startRoundingS } from './metric-owners.ts';

/** One answer of one target, and when it was true; `samples` are those of one process, see `ownSamples`. */
export interface MetricsLook {
  readonly atUs: number;
  readonly samples: readonly MetricSample[];
}

/** The label of each metric that stands in the table with one. */
const labelOf: ReadonlyMap<string, string> = new Map(
  Object.values(gauges)
    .flat()
    .flatMap((name) => {
      const [, metric, label] = /^(\w+)\{(\w+)=/.exec(name) ?? [];
      return metric && label ? [[metric, label] as const] : [];
    }),
);
const quantiles: Readonly<Record<string, number>> = { p50: 0.5, p99: 0.99 };
/** The buckets of the Go runtime double: its bounds nearest to 1 ms are 0.92 and 1.05 ms, and so on. */
const limits: Readonly<Record<string, number>> = { '1ms': 0.001, '10ms': 0.01, '100ms': 0.1 };
const nearEnough = 1.2;
/** No one sets so high a GOGC; it stands for "off", which is -1 here as in runtime/debug.SetGCPercent. */
const gogcOff = 2 ** 31;
/** Near the largest number of 63 bits, which stands for no limit. */
const noMemoryLimit = 2 ** 62;

/** The values of a look; what needs a difference is missing in the first one, and after a restart. */
export function readMetrics(look: MetricsLook, before: MetricsLook | undefined): Record<string, number> {
  const now = indexed(look.samples);
  const values: Record<string, number> = {};
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined && Number.isFinite(value)) values[name] = value;
  };
  for (const [name, metrics] of Object.entries(gauges)) set(name, first(now, metrics));
  const percent = first(now, gogc);
  set('go.gogc_percent', percent !== undefined && percent >= gogcOff ? -1 : percent);
  const limit = first(now, memoryLimit);
  set('go.memory_limit_bytes', limit !== undefined && limit < noMemoryLimit ? limit : undefined);
  if (!before || before.atUs >= look.atUs) return values;
  if (isRestart(look, before)) return values;
  const then = indexed(before.samples);
  const seconds = (look.atUs - before.atUs) / 1e6;
  for (const [name, metrics] of Object.entries(rates)) {
    const rise = riseOf(now, then, metrics);
    set(name, rise && rise / seconds);
  }
  const cpu = riseOf(now, then, [processCpu]);
  set('go.process_cpu_percent', cpu === undefined ? undefined : (cpu / seconds) * 100);
  const cpuRise = riseOf(now, then, [cpuTotal]);
  if (cpuRise) {
    for (const [name, metric] of Object.entries(cpuShares)) {
      const rise = riseOf(now, then, [metric]);
      set(name, rise === undefined ? undefined : (rise / cpuRise) * 100);
    }
  }
  for (const [name, metrics] of Object.entries(histograms)) {
    for (const [end, value] of Object.entries(histogramValues(before.samples, look.samples, metrics)))
      set(`${name}_${end}`, value);
  }
  return values;
}

/** What a service says of its Go version and module; undefined when nothing. */
export function readProgram(samples: readonly MetricSample[]): GoProgram | undefined {
  let program: GoProgram = { sources: ['metrics'] };
  for (const { name, labels } of samples) {
    const version = labels[versionLabels[name] ?? ''];
    if (version?.startsWith('go') || version?.startsWith('devel')) program = { ...program, version };
    if (name !== buildInfo || !labels['path']) continue;
    program = { ...program, module: labels['path'], moduleVersion: labels['version'] };
  }
  return program.version === undefined && program.module === undefined ? undefined : program;
}

/** Bounds of quantiles between two looks, and the shares of what took longer than some limits. */
function histogramValues(
  then: readonly MetricSample[],
  now: readonly MetricSample[],
  metrics: readonly string[],
): Record<string, number | undefined> {
  const metric = metrics.find((name) => now.some((sample) => sample.name === name));
  if (metric === undefined) return {};
  const [before, after] = [bucketsOf(then, metric), bucketsOf(now, metric)];
  const values: Record<string, number | undefined> = {};
  for (const [name, quantile] of Object.entries(quantiles)) {
    const bounds = quantileBounds(before, after, quantile);
    values[`${name}_over_seconds`] = bounds?.over;
    values[`${name}_at_most_seconds`] = bounds?.atMost;
  }
  if (!quantileBounds(before, after, 1)) return values;
  const total = rise(before, after, after.length - 1);
  for (const [name, limit] of Object.entries(limits)) {
    const index = nearest(after, limit);
    if (index !== undefined) values[`over_${name}_percent`] = 100 * (1 - rise(before, after, index) / total);
  }
  return values;
}

function rise(before: readonly Bucket[], after: readonly Bucket[], index: number): number {
  return (after[index]?.count ?? 0) - (before[index]?.count ?? 0);
}

/** The bucket whose bound is nearest to a limit; undefined when that is far from it. */
function nearest(buckets: readonly Bucket[], limit: number): number | undefined {
  const distance = ({ upperBound }: Bucket) => Math.abs(Math.log(upperBound / limit));
  let best: number | undefined;
  for (const [index, bucket] of buckets.entries()) {
    const known = buckets[best ?? -1];
    if (distance(bucket) <= Math.log(nearEnough) && (!known || distance(bucket) < distance(known))) best = index;
  }
  return best;
}

/** Each metric by its name, or, where our table has it with a label, by its name and that label. */
function indexed(samples: readonly MetricSample[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    const label = labelOf.get(name);
    values.set(label === undefined ? name : `${name}{${label}=${labels[label]}}`, value);
  }
  return values;
}

function first(values: ReadonlyMap<string, number>, metrics: readonly string[]): number | undefined {
  const metric = metrics.find((name) => values.has(name));
  return metric === undefined ? undefined : values.get(metric);
}

/** Whether the process started again in between: its start moved, or what only rises in one process has fallen. */
export function isRestart(look: MetricsLook, before: MetricsLook): boolean {
  const [now, then] = [indexed(look.samples), indexed(before.samples)];
  const [start, startBefore] = [now.get(startTime), then.get(startTime)];
  if (start !== undefined && startBefore !== undefined && Math.abs(start - startBefore) > startRoundingS) return true;
  return [...Object.values(rates).flat(), processCpu].some(
    (name) => (now.get(name) ?? 0) < (then.get(name) ?? 0) && now.has(name),
  );
}

/** How much a counter rose; undefined when it is missing or fell. */
function riseOf(
  now: ReadonlyMap<string, number>,
  then: ReadonlyMap<string, number>,
  metrics: readonly string[],
): number | undefined {
  const metric = metrics.find((name) => now.has(name) && then.has(name));
  if (metric === undefined) return undefined;
  const rise = (now.get(metric) ?? 0) - (then.get(metric) ?? 0);
  return rise >= 0 ? rise : undefined;
}

function bucketsOf(samples: readonly MetricSample[], metric: string): Bucket[] {
  return samples.flatMap(({ name, labels, value }) => {
    const bound = labels['le'];
    if (name !== metric || bound === undefined) return [];
    return [{ upperBound: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count: value }];
  });
}

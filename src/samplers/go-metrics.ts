/**
 * What the metrics sampler makes of two answers of a Prometheus endpoint. Names: `go.<what>_<unit>` is the value itself;
 * `_per_second` is the rise of a counter over the time between the looks; `_percent` says of what in the table below.
 */
import { type Bucket, quantileBounds } from '../goruntime/bucket-quantile.ts';
import type { MetricSample } from '../goruntime/exposition.ts';

/** One answer of one target, and when it was true. */
export interface MetricsLook {
  readonly atUs: number;
  readonly samples: readonly MetricSample[];
}

/** Values as they are: the first metric of each list that the service has. */
const gauges: Readonly<Record<string, readonly string[]>> = {
  'go.goroutines': ['go_sched_goroutines_goroutines', 'go_goroutines'],
  'go.goroutines_runnable': ['go_sched_goroutines_runnable_goroutines'],
  'go.goroutines_running': ['go_sched_goroutines_running_goroutines'],
  'go.goroutines_waiting': ['go_sched_goroutines_waiting_goroutines'],
  'go.goroutines_not_in_go': ['go_sched_goroutines_not_in_go_goroutines'],
  'go.threads': ['go_sched_threads_total_threads', 'go_threads'],
  'go.gomaxprocs': ['go_sched_gomaxprocs_threads'],
  'go.heap_live_bytes': ['go_gc_heap_live_bytes'],
  'go.heap_goal_bytes': ['go_gc_heap_goal_bytes', 'go_memstats_next_gc_bytes'],
  'go.heap_inuse_bytes': ['go_memstats_heap_inuse_bytes'],
  'go.stack_inuse_bytes': ['go_memstats_stack_inuse_bytes'],
  'go.resident_memory_bytes': ['process_resident_memory_bytes'],
  'go.open_fds': ['process_open_fds'],
};

/** Counters as their rise per second. */
const rates: Readonly<Record<string, readonly string[]>> = {
  'go.gc_cycles_per_second': ['go_gc_cycles_total_gc_cycles_total', 'go_gc_duration_seconds_count'],
  'go.gc_pause_seconds_per_second': ['go_gc_duration_seconds_sum'],
  'go.mutex_wait_seconds_per_second': ['go_sync_mutex_wait_total_seconds_total'],
  'go.alloc_bytes_per_second': ['go_gc_heap_allocs_bytes_total', 'go_memstats_alloc_bytes_total'],
  'go.alloc_objects_per_second': ['go_gc_heap_allocs_objects_total', 'go_memstats_mallocs_total'],
  'go.goroutines_created_per_second': ['go_sched_goroutines_created_goroutines_total'],
};

/**
 * Shares of the CPU time that the process could have had (GOMAXPROCS times the time). The runtime updates these counters
 * at the end of a GC cycle only; so a share holds for the time between cycles, and there is none when no cycle ended.
 */
const cpuShares: Readonly<Record<string, string>> = {
  'go.cpu_gc_percent': 'go_cpu_classes_gc_total_cpu_seconds_total',
  'go.cpu_user_percent': 'go_cpu_classes_user_cpu_seconds_total',
  'go.cpu_idle_percent': 'go_cpu_classes_idle_cpu_seconds_total',
  'go.cpu_gc_assist_percent': 'go_cpu_classes_gc_mark_assist_cpu_seconds_total',
};
const cpuTotal = 'go_cpu_classes_total_cpu_seconds_total';

/** Time goroutines were runnable before they ran; its buckets are about powers of ten, so a quantile is a pair of bounds. */
const schedLatencyBuckets = 'go_sched_latencies_seconds_bucket';
const quantiles: Readonly<Record<string, number>> = { p50: 0.5, p99: 0.99 };

/** Gauges of requests in work, as services name them; the one of the endpoint itself counts only our own looks. */
const inFlight = /(requests_in_flight|in_flight_requests)$/;
const ownInFlight = /^promhttp_/;

/** The values of a look; what needs a difference is missing in the first one, and after a restart. */
export function readMetrics(look: MetricsLook, before: MetricsLook | undefined): Record<string, number> {
  const now = indexed(look.samples);
  const values: Record<string, number> = {};
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined && Number.isFinite(value)) values[name] = value;
  };
  for (const [name, metrics] of Object.entries(gauges)) set(name, first(now, metrics));
  const requests = [...now].filter(([name]) => inFlight.test(name) && !ownInFlight.test(name));
  if (requests.length > 0) {
    set(
      'go.http_requests_in_flight',
      requests.reduce((sum, [, value]) => sum + value, 0),
    );
  }
  if (!before || before.atUs >= look.atUs) return values;
  const then = indexed(before.samples);
  const seconds = (look.atUs - before.atUs) / 1e6;
  for (const [name, metrics] of Object.entries(rates)) {
    const rise = riseOf(now, then, metrics);
    set(name, rise && rise / seconds);
  }
  const cpu = riseOf(now, then, ['process_cpu_seconds_total']);
  set('go.process_cpu_percent', cpu === undefined ? undefined : (cpu / seconds) * 100);
  const cpuRise = riseOf(now, then, [cpuTotal]);
  if (cpuRise) {
    for (const [name, metric] of Object.entries(cpuShares)) {
      const rise = riseOf(now, then, [metric]);
      set(name, rise === undefined ? undefined : (rise / cpuRise) * 100);
    }
  }
  for (const [name, quantile] of Object.entries(quantiles)) {
    const bounds = quantileBounds(bucketsOf(before.samples), bucketsOf(look.samples), quantile);
    set(`go.sched_latency_${name}_over_seconds`, bounds?.over);
    set(`go.sched_latency_${name}_at_most_seconds`, bounds?.atMost);
  }
  return values;
}

/** Each name with the sum over its label sets. */
function indexed(samples: readonly MetricSample[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const { name, value } of samples) values.set(name, (values.get(name) ?? 0) + value);
  return values;
}

function first(values: ReadonlyMap<string, number>, metrics: readonly string[]): number | undefined {
  const metric = metrics.find((name) => values.has(name));
  return metric === undefined ? undefined : values.get(metric);
}

/** How much a counter rose; undefined when it is missing or fell, which is another process. */
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

function bucketsOf(samples: readonly MetricSample[]): Bucket[] {
  return samples.flatMap(({ name, labels, value }) => {
    const bound = labels['le'];
    if (name !== schedLatencyBuckets || bound === undefined) return [];
    return [{ upperBound: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count: value }];
  });
}

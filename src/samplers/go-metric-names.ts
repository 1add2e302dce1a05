/**
 * What Go services call their runtime metrics: first client_golang's names of runtime/metrics (1.12 and later), then its older ones of
 * memstats, which VictoriaMetrics/metrics shares, then that one's own (go_metrics.go), then those of OpenTelemetry's
 * instrumentation/runtime behind its Prometheus exporter (go.*, and process.runtime.go.* before 0.55), with the exporter's suffixes of
 * unit and type and without: the semantic conventions fix the units. A name with braces is the metric of that label alone; each list gives
 * the first metric that a service has.
 */

/**
 * Values as they are. Goroutines are those of runtime.NumGoroutine where the service tells them: since Go 1.26 runtime/metrics counts the
 * runtime's own as well, about ten more, also in the counts by state (`gcount(true)` in src/runtime/metrics.go).
 */
export const gauges: Readonly<Record<string, readonly string[]>> = {
  'go.goroutines': [
    'go_goroutines',
    'go_sched_goroutines_goroutines',
    'go_goroutine_count',
    'process_runtime_go_goroutines',
  ],
  'go.goroutines_runnable': ['go_sched_goroutines_runnable_goroutines'],
  'go.goroutines_running': ['go_sched_goroutines_running_goroutines'],
  'go.goroutines_waiting': ['go_sched_goroutines_waiting_goroutines'],
  'go.goroutines_not_in_go': ['go_sched_goroutines_not_in_go_goroutines'],
  'go.threads': ['go_sched_threads_total_threads', 'go_threads'],
  'go.gomaxprocs': ['go_sched_gomaxprocs_threads', 'go_gomaxprocs', 'go_processor_limit'],
  'go.heap_live_bytes': ['go_gc_heap_live_bytes'],
  'go.heap_goal_bytes': [
    'go_gc_heap_goal_bytes',
    'go_memstats_next_gc_bytes',
    'go_memory_gc_goal_bytes',
    'go_memory_gc_goal',
  ],
  'go.heap_inuse_bytes': [
    'go_memstats_heap_inuse_bytes',
    'process_runtime_go_mem_heap_inuse_bytes',
    'process_runtime_go_mem_heap_inuse',
  ],
  'go.stack_inuse_bytes': [
    'go_memstats_stack_inuse_bytes',
    'go_memory_used_bytes{go_memory_type=stack}',
    'go_memory_used{go_memory_type=stack}',
  ],
  'go.gc_limiter_last_cycle': ['go_gc_limiter_last_enabled_gc_cycle'],
  'go.gc_pause_recent_max_seconds': ['go_gc_duration_seconds{quantile=1}'],
  'go.resident_memory_bytes': ['process_resident_memory_bytes'],
  'go.open_fds': ['process_open_fds'],
};

/** GOGC, in which "off" is the largest number of some type. */
export const gogc = ['go_gc_gogc_percent', 'go_config_gogc_percent', 'go_config_gogc'];
/** GOMEMLIMIT, in which "none" is the largest number of 63 bits. */
export const memoryLimit = ['go_gc_gomemlimit_bytes', 'go_memlimit_bytes', 'go_memory_limit_bytes', 'go_memory_limit'];

/** Counters as their rise per second. */
export const rates: Readonly<Record<string, readonly string[]>> = {
  'go.gc_cycles_per_second': [
    'go_gc_cycles_total_gc_cycles_total',
    'go_gc_duration_seconds_count',
    'process_runtime_go_gc_count_total',
    'process_runtime_go_gc_count',
  ],
  'go.gc_pause_seconds_per_second': ['go_gc_duration_seconds_sum'],
  'go.mutex_wait_seconds_per_second': ['go_sync_mutex_wait_total_seconds_total', 'go_mutex_wait_seconds_total'],
  'go.alloc_bytes_per_second': [
    'go_gc_heap_allocs_bytes_total',
    'go_memstats_alloc_bytes_total',
    'go_memory_allocated_bytes_total',
    'go_memory_allocated_total',
    'go_memory_allocated',
  ],
  'go.alloc_objects_per_second': [
    'go_gc_heap_allocs_objects_total',
    'go_memstats_mallocs_total',
    'go_memory_allocations_total',
    'go_memory_allocations',
  ],
  'go.goroutines_created_per_second': ['go_sched_goroutines_created_goroutines_total'],
};

/**
 * Shares of the CPU time that the process could have had (GOMAXPROCS times the time). The runtime updates these counters
 * at the end of a GC cycle only; so a share holds for the time between cycles, and there is none when no cycle ended.
 */
export const cpuShares: Readonly<Record<string, string>> = {
  'go.cpu_gc_percent': 'go_cpu_classes_gc_total_cpu_seconds_total',
  'go.cpu_user_percent': 'go_cpu_classes_user_cpu_seconds_total',
  'go.cpu_idle_percent': 'go_cpu_classes_idle_cpu_seconds_total',
  'go.cpu_gc_assist_percent': 'go_cpu_classes_gc_mark_assist_cpu_seconds_total',
};
/** The whole of which those are shares. */
export const cpuTotal = 'go_cpu_classes_total_cpu_seconds_total';

/** Histograms by the name that their series begin with: the time goroutines were runnable before they ran, and pauses of the GC. */
export const histograms: Readonly<Record<string, readonly string[]>> = {
  'go.sched_latency': [
    'go_sched_latencies_seconds_bucket',
    'go_schedule_duration_seconds_bucket',
    'go_schedule_duration_bucket',
  ],
  'go.gc_pause': ['go_sched_pauses_total_gc_seconds_bucket', 'go_gc_pauses_seconds_bucket'],
};

/** What says which Go built the service, by metric: the label that holds the version. */
export const versionLabels: Readonly<Record<string, string>> = {
  go_info: 'version',
  target_info: 'process_runtime_version',
};
/** What BuildInfoCollector says of the main module, in `path` and `version`. */
export const buildInfo = 'go_build_info';

/** When the process began, seconds since 1970; what counts it is the kernel. */
export const startTime = 'process_start_time_seconds';
/** CPU time of the process, all threads. */
export const processCpu = 'process_cpu_seconds_total';

type OwnLabels = readonly string[] | 'all';

/**
 * The labels that belong to each metric which is read: its values are told apart by them, processes are not. `all` is one that a process
 * has once.
 */
const ownLabels: ReadonlyMap<string, OwnLabels> = new Map<string, OwnLabels>([
  ...[...Object.values(rates).flat(), ...Object.values(cpuShares), ...gogc, ...memoryLimit].map(plain),
  ...[cpuTotal, startTime, processCpu].map(plain),
  ...Object.values(histograms)
    .flat()
    .map((name) => [name, ['le']] as const),
  ...Object.values(gauges).flat().map(labelled),
  ...[...Object.keys(versionLabels), buildInfo].map((name) => [name, 'all'] as const),
]);

function plain(name: string): readonly [string, readonly string[]] {
  return [name, []];
}

function labelled(name: string): readonly [string, readonly string[]] {
  const [, metric = name, label] = /^(\w+)\{(\w+)=/.exec(name) ?? [];
  return [metric, label === undefined ? [] : [label]];
}

/** The labels of a metric that are its own; undefined for one that is not read. */
export function ownLabelsOf(name: string): OwnLabels | undefined {
  return ownLabels.get(name);
}

/**
 * A name of UTF-8 as the names above are written. Exporters send such names as they are, or escape them in one of three ways
 * (prometheus/common, model/metric.go): every other character as `_`, `.` as `_dot_`, or `U__` and the code points.
 */
export function plainName(name: string): string {
  let readable = name;
  if (name.startsWith('U__')) {
    readable = name.slice(3).replace(/__|_([0-9a-fA-F]{1,6})_/g, (_, code?: string) => fromCode(code));
  } else if (name.includes('_dot_')) readable = name.replaceAll('_dot_', '.').replaceAll('__', '_');
  return /[^\w:]/.test(readable) ? readable.replace(/[^\w:]/gu, '_') : readable;
}

function fromCode(code: string | undefined): string {
  const point = code === undefined ? 0x5f : Number.parseInt(code, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '_';
}

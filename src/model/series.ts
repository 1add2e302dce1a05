/** The names of series, their units and titles; a name outside this list keeps working, with no unit. */

/** What a reader is told about a series. */
export interface SeriesInfo {
  readonly unit: string;
  readonly title: string;
}

const known: Readonly<Record<string, SeriesInfo>> = {
  'load.planned_rps': { unit: 'req/s', title: 'planned' },
  'load.sent_rps': { unit: 'req/s', title: 'sent' },
  'load.completed_rps': { unit: 'req/s', title: 'completed' },
  'load.failed_rps': { unit: 'req/s', title: 'failed, timed out or dropped' },
  'load.in_flight': { unit: 'requests', title: 'in flight' },
  'load.waiting': { unit: 'requests', title: 'waiting for a connection' },
  'load.connections': { unit: 'connections', title: 'open connections' },
  'load.opened_rps': { unit: '1/s', title: 'connections opened' },
  'load.response_p50_us': { unit: 'us', title: 'response p50' },
  'load.response_p90_us': { unit: 'us', title: 'response p90' },
  'load.response_p99_us': { unit: 'us', title: 'response p99' },
  'load.response_max_us': { unit: 'us', title: 'response max' },
  'load.response_peak_us': { unit: 'us', title: 'response max of each 100 ms' },
  'load.service_p50_us': { unit: 'us', title: 'service p50' },
  'load.service_p99_us': { unit: 'us', title: 'service p99' },
  'load.lag_p99_us': { unit: 'us', title: 'dispatch lag p99' },
  'load.cpu_percent': { unit: '%', title: 'generator CPU' },
  'load.cpu_elsewhere_percent': { unit: '%', title: 'generator CPU on other machines' },
  'load.cpu_wait_percent': { unit: '%', title: 'generator ready but without a processor' },
  'load.loop_percent': { unit: '%', title: 'generator event loop busy' },
  'load.loop_delay_p99_us': { unit: 'us', title: 'generator event loop delay p99' },
  'load.loop_delay_max_us': { unit: 'us', title: 'generator event loop delay max' },
  'load.gc_pause_ms': { unit: 'ms', title: 'generator paused by its garbage collector' },
  'sched.gomaxprocs': { unit: 'Ps', title: 'GOMAXPROCS' },
  'sched.idleprocs': { unit: 'Ps', title: 'idle Ps' },
  'sched.threads': { unit: 'threads', title: 'threads' },
  'sched.idlethreads': { unit: 'threads', title: 'idle threads' },
  'sched.spinningthreads': { unit: 'threads', title: 'spinning threads' },
  'sched.runqueue': { unit: 'goroutines', title: 'global run queue' },
  'sched.local_runqueue_total': { unit: 'goroutines', title: 'local run queues, sum' },
  'sched.local_runqueue_max': { unit: 'goroutines', title: 'longest local run queue' },
  'sched.switches_per_second': { unit: '1/s', title: 'scheduler rounds' },
  'gc.pause_ms': { unit: 'ms', title: 'stop-the-world pause of a cycle' },
  'gc.mark_ms': { unit: 'ms', title: 'concurrent mark' },
  'gc.cpu_percent': { unit: '%', title: 'GC CPU since start' },
  'gc.assist_cpu_ms': { unit: 'ms', title: 'mark assist CPU of a cycle' },
  'gc.cpu_ms': { unit: 'ms', title: 'CPU of a cycle: assists, background workers, stopped Ps' },
  'gc.procs': { unit: 'Ps', title: 'GOMAXPROCS of a cycle' },
  'gc.forced': { unit: 'cycles', title: 'cycle that the program forced: 1, else 0' },
  'gc.heap_live_mib': { unit: 'MiB', title: 'heap live' },
  'gc.heap_goal_mib': { unit: 'MiB', title: 'heap goal' },
  'gc.cycles': { unit: 'cycles', title: 'GC cycles since start' },
  'goroutines.total': { unit: 'goroutines', title: 'goroutines' },
  'goroutines.runnable': { unit: 'goroutines', title: 'running or runnable' },
  'goroutines.syscall': { unit: 'goroutines', title: 'in a system call' },
  'go.goroutines': { unit: 'goroutines', title: 'goroutines' },
  'go.goroutines_runnable': { unit: 'goroutines', title: 'runnable goroutines' },
  'go.goroutines_running': { unit: 'goroutines', title: 'running goroutines' },
  'go.goroutines_waiting': { unit: 'goroutines', title: 'waiting goroutines' },
  'go.goroutines_not_in_go': { unit: 'goroutines', title: 'goroutines in system calls or C' },
  'go.open_fds': { unit: 'files', title: 'open files' },
  'go.http_requests_in_flight': { unit: 'requests', title: 'HTTP requests in flight' },
  'app.requests_per_second': { unit: 'req/s', title: 'requests served, as the service counts them' },
  'app.request_mean_seconds': { unit: 's', title: 'mean time of a request, as the service measures it' },
  'app.requests_in_flight': { unit: 'requests', title: 'requests in flight, as the service counts them' },
  'app.client_requests_per_second': { unit: 'req/s', title: 'requests sent to others, as the service counts them' },
  'app.retries_per_second': { unit: '1/s', title: 'retries, as the service counts them' },
  'go.threads': { unit: 'threads', title: 'threads' },
  'go.gomaxprocs': { unit: 'Ps', title: 'GOMAXPROCS' },
  'go.gogc_percent': { unit: '%', title: 'GOGC, -1 is off' },
  'go.memory_limit_bytes': { unit: 'bytes', title: 'GOMEMLIMIT' },
  'go.gc_limiter_last_cycle': { unit: 'cycle', title: 'last GC cycle that was held to half of the CPU, 0 is none' },
  'go.sched_latency_over_1ms_percent': { unit: '%', title: 'of goroutines that waited longer than about 1 ms for a P' },
  'go.sched_latency_over_10ms_percent': {
    unit: '%',
    title: 'of goroutines that waited longer than about 10 ms for a P',
  },
  'go.sched_latency_over_100ms_percent': {
    unit: '%',
    title: 'of goroutines that waited longer than about 100 ms for a P',
  },
  'go.process_cpu_percent': { unit: '% of a core', title: 'CPU of the process' },
  'container.cpu_percent': { unit: '% of a core', title: 'CPU' },
  'container.memory_mib': { unit: 'MiB', title: 'memory' },
  'container.cpu_limit_cores': { unit: 'cores', title: 'CPU limit' },
  'container.memory_limit_mib': { unit: 'MiB', title: 'memory limit' },
  'container.throttled_percent': { unit: '%', title: 'throttled, of the periods in which it ran' },
  'container.throttled_ms': { unit: 'ms', title: 'throttled in the interval' },
  'container.throttled_periods': { unit: 'periods', title: 'throttled periods in the interval' },
  'container.network_rx_kib_s': { unit: 'KiB/s', title: 'network in' },
  'container.network_tx_kib_s': { unit: 'KiB/s', title: 'network out' },
  'proc.threads': { unit: 'threads', title: 'threads' },
  'proc.open_fds': { unit: 'files', title: 'open files of the process nearest to its limit' },
  'proc.fd_limit': { unit: 'files', title: 'limit of open files' },
  'proc.cpu_user_percent': { unit: '% of a core', title: 'CPU in user mode' },
  'proc.cpu_system_percent': { unit: '% of a core', title: 'CPU in the kernel' },
  'proc.cpu_children_percent': { unit: '% of a core', title: 'CPU of processes that it started, as they end' },
  'proc.run_delay_percent': { unit: '% of a core', title: 'threads runnable without a CPU' },
  'proc.voluntary_switches_per_second': { unit: '1/s', title: 'switches because a thread had to wait' },
  'proc.involuntary_switches_per_second': { unit: '1/s', title: 'switches because another thread got the CPU' },
  'proc.major_faults_per_second': { unit: '1/s', title: 'pages that had to be read from storage' },
  'proc.read_kib_s': { unit: 'KiB/s', title: 'read from storage' },
  'proc.write_kib_s': { unit: 'KiB/s', title: 'written to storage' },
  'proc.io_delay_percent': { unit: '% of a core', title: 'threads waiting for storage' },
  'sock.established': { unit: 'connections', title: 'established connections' },
  'sock.time_wait': { unit: 'connections', title: 'closed connections in TIME_WAIT' },
  'sock.time_wait_clients': { unit: 'connections', title: 'closed connections to it, in TIME_WAIT at the other end' },
  'sock.syn_sent': { unit: 'connections', title: 'connections being opened (SYN sent)' },
  'sock.close_wait': { unit: 'connections', title: 'connections the peer closed and it did not (CLOSE_WAIT)' },
  'sock.accept_queue': { unit: 'connections', title: 'waiting to be accepted, in the queue nearest to its limit' },
  'sock.accept_queue_limit': { unit: 'connections', title: 'limit of that accept queue' },
  'net.listen_overflows_per_second': { unit: '1/s', title: 'connections for which an accept queue was full' },
  'net.retransmits_per_second': { unit: '1/s', title: 'TCP segments sent again' },
  'net.dials_per_second': { unit: '1/s', title: 'TCP connections opened' },
  'net.failed_dials_per_second': { unit: '1/s', title: 'TCP connections refused or given up' },
  'net.accepts_per_second': { unit: '1/s', title: 'TCP connections taken' },
  'host.cores': { unit: 'cores', title: 'processors' },
  'host.cpu_percent': { unit: '% of all cores', title: 'host CPU, as the kernel samples it at its ticks' },
  'host.idle_percent': { unit: '% of all cores', title: 'host CPU left' },
  'host.runnable': { unit: 'processes', title: 'running or waiting for a CPU' },
  'host.cpu_pressure_some_percent': { unit: '%', title: 'of the time, something waited for a CPU' },
  'host.memory_pressure_some_percent': { unit: '%', title: 'of the time, something waited for memory' },
  'host.memory_pressure_full_percent': { unit: '%', title: 'of the time, everything waited for memory' },
  'host.io_pressure_some_percent': { unit: '%', title: 'of the time, something waited for input and output' },
  'host.io_pressure_full_percent': { unit: '%', title: 'of the time, everything waited for input and output' },
  'host.steal_percent': { unit: '% of all cores', title: 'CPU stolen by the hypervisor' },
  'host.load_1m': { unit: 'processes', title: 'load, mean of a minute' },
};

/** Names of series that are always called the same. */
export const knownSeries: readonly string[] = Object.keys(known);

const poolSeries: Readonly<Record<string, SeriesInfo>> = {
  connections_max: { unit: 'connections', title: 'most connections of pool' },
  in_use: { unit: 'connections', title: 'connections in use of pool' },
  idle: { unit: 'connections', title: 'idle connections of pool' },
  open: { unit: 'connections', title: 'open connections of pool' },
  waits_per_second: { unit: '1/s', title: 'waits for a connection of pool' },
  wait_seconds_per_second: { unit: 's/s', title: 'time waited for a connection of pool' },
};

/** What only several generators have, behind `generators.` and before the name of one. */
const generatorSeries: Readonly<Record<string, SeriesInfo>> = {
  throttled_ms: { unit: 'ms', title: 'held back by its CPU limit' },
  steal_percent: { unit: '%', title: 'CPU of its machine stolen by the hypervisor' },
};

/** Names of series that tell of places in the code; only arms of a comparison or gate have these. */
export const placeSeriesName = {
  goroutines: (reason: string, site: string): string => `goroutines in ${reason} at ${site}`,
  cost: (type: string): ((fn: string) => string) | undefined =>
    ({
      cpu: (fn: string) => `CPU us per answer in ${fn}`,
      heap: (fn: string) => `allocated bytes per answer in ${fn}`,
      mutex: (fn: string) => `lock-wait us per answer behind ${fn}`,
    })[type],
} as const;

const placeUnit = /^(?:(?:CPU|lock-wait|allocated) )?(goroutines|us|bytes) (?:in|per answer) /;

/** Whether a series is of a place in the code: only the largest of its kind are told. */
export function isPlaceSeries(name: string): boolean {
  return placeUnit.test(name);
}

/** Of a series of a place in the code, what is counted there, in a word: `goroutines`, `CPU`, `allocated`, `lock-wait`; undefined for others. */
export function placeKindOf(name: string): string | undefined {
  return isPlaceSeries(name) ? name.slice(0, name.indexOf(' ')) : undefined;
}

/** Ends the name of a series of scheduler latency in arms of a comparison that were built with Go 1.25 or older. */
export const olderSchedMark = ' (before go1.26)';

/** Unit and title of a series; those that end in what somebody else named (a wait reason, a code, a pool, a metric) have theirs by its kind. */
export function seriesInfo(name: string): SeriesInfo {
  if (name.endsWith(olderSchedMark)) return seriesInfo(name.slice(0, -olderSchedMark.length));
  const info = known[name];
  if (info) return info;
  const place = placeUnit.exec(name)?.[1];
  if (place !== undefined) return { unit: place, title: name };
  const waiting = 'goroutines.waiting.';
  const served = 'app.requests_per_second.';
  if (name.startsWith(served)) {
    return { unit: 'req/s', title: `requests served that ended in ${name.slice(served.length).replaceAll('_', ' ')}` };
  }
  const [, pool, what = ''] = /^pool\.([\w-]+)\.(\w+)$/.exec(name) ?? [];
  const ofPool = Object.hasOwn(poolSeries, what) ? poolSeries[what] : undefined;
  if (pool !== undefined && ofPool) return { unit: ofPool.unit, title: `${ofPool.title} ${pool}` };
  const to = 'sock.to.';
  if (name.startsWith(to)) return { unit: 'connections', title: `connections it opened to ${name.slice(to.length)}` };
  const [, ofGenerator = '', generator] = /^generators\.(\w+)\.(.+)$/.exec(name) ?? [];
  const own = known[`load.${ofGenerator}`] ?? generatorSeries[ofGenerator];
  if (generator !== undefined && own) return { unit: own.unit, title: `${generator}: ${own.title}` };
  if (name.startsWith(waiting)) return { unit: 'goroutines', title: name.slice(waiting.length) };
  return { unit: unitOfMetric(name), title: name };
}

/** The rate of what the values of a series are means of, so that a mean of them has to weigh them by it; undefined for others. */
export function countOf(name: string): string | undefined {
  return name === 'app.request_mean_seconds' ? 'app.requests_per_second' : undefined;
}

/** True for a series each of whose values is of the whole time since the one before it, so that a mean has to weigh them by that time. */
export function isOverTime(name: string): boolean {
  const served = /^(?:app|pool)\.[\w.-]+_per_second(?:\.\w+)?$/;
  return /^(?:go\.(?!gogc_)|proc\.|net\.)\w+_(?:percent|per_second|kib_s)$/.test(name) || served.test(name);
}

function unitOfMetric(name: string): string {
  if (name.endsWith('_seconds_per_second')) return 's/s';
  if (name.endsWith('_bytes_per_second')) return 'bytes/s';
  if (name.endsWith('_per_second')) return '1/s';
  if (/_seconds(_|$)/.test(name)) return 's';
  if (/_bytes(_|$)/.test(name)) return 'bytes';
  if (name.endsWith('_percent')) return '%';
  return '';
}

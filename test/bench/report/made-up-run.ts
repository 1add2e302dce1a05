/** A run directory as all samplers together leave it behind, of any length and any number of targets. */
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadTick, LoadWindow } from '../../../src/model/load.ts';
import { seededUniform } from '../../../src/model/random.ts';
import type { RunManifest } from '../../../src/model/raw-run.ts';
import type { Reading, StackGroup, Stacks } from '../../../src/model/sample.ts';
import type { Scenario } from '../../../src/model/scenario.ts';
import type { Options } from './options.ts';

const rps = 2000;
const startUs = 1_000_000;
/** So many different seconds of latency there are; the rest repeats them. */
const variants = 60;

const uniform = seededUniform(14);

/** What each source tells of a target, how often, and how large its numbers are; a negative size is a number that hardly moves. */
const sources: readonly { source: string; everyS: number; values: Readonly<Record<string, number>> }[] = [
  {
    source: 'schedtrace',
    everyS: 1,
    values: {
      ...{ 'sched.gomaxprocs': -4, 'sched.idleprocs': 4, 'sched.threads': -12, 'sched.idlethreads': 6 },
      ...{ 'sched.spinningthreads': 2, 'sched.runqueue': 20, 'sched.local_runqueue_total': 30 },
      ...{ 'sched.local_runqueue_max': 12, 'sched.switches_per_second': 20_000.5 },
    },
  },
  {
    source: 'gctrace',
    everyS: 0.5,
    values: {
      ...{ 'gc.cycles': 9000, 'gc.pause_ms': 1.2345, 'gc.mark_ms': 6.54, 'gc.cpu_percent': 3, 'gc.assist_cpu_ms': 2.2 },
      ...{ 'gc.heap_live_mib': 90, 'gc.heap_goal_mib': 180, 'gc.cpu_ms': 9.87, 'gc.procs': -4, 'gc.forced': -0 },
    },
  },
  {
    source: 'metrics',
    everyS: 1,
    values: {
      ...{
        'go.goroutines': 400,
        'go.goroutines_runnable': 9,
        'go.goroutines_running': 4,
        'go.goroutines_waiting': 400,
      },
      ...{ 'go.threads': -12, 'go.gomaxprocs': -4, 'go.heap_live_bytes': 9e7, 'go.heap_goal_bytes': 2e8 },
      ...{
        'go.heap_inuse_bytes': 1e8,
        'go.stack_inuse_bytes': 5e6,
        'go.resident_memory_bytes': 2e8,
        'go.open_fds': 400,
      },
      ...{ 'go.gogc_percent': -100, 'go.memory_limit_bytes': -1e9, 'go.gc_cycles_per_second': 2.0001 },
      ...{ 'go.gc_pause_seconds_per_second': 0.00123, 'go.mutex_wait_seconds_per_second': 0.123456 },
      ...{ 'go.alloc_bytes_per_second': 4.2e7, 'go.alloc_objects_per_second': 3.4e5, 'go.cpu_gc_percent': 2.3456 },
      ...{ 'go.cpu_user_percent': 45.678, 'go.cpu_idle_percent': 50.12, 'go.cpu_gc_assist_percent': 0.234 },
      ...{
        'go.sched_latency_p99_seconds': 0.00123,
        'go.sched_latency_over_1ms_percent': 1.5,
        'go.process_cpu_percent': 99.9,
      },
      ...{
        'app.requests_per_second': 2000.1,
        'app.requests_per_second.2xx': 1999.2,
        'app.requests_per_second.5xx': 1.1,
      },
      ...{ 'app.request_mean_seconds': 0.0123, 'app.requests_in_flight': 30, 'pool.main.connections_max': -20 },
      ...{ 'pool.main.in_use': 20, 'pool.main.waits_per_second': 12.3, 'pool.main.wait_seconds_per_second': 0.45 },
    },
  },
  {
    source: 'containers',
    everyS: 1,
    values: {
      ...{ 'container.cpu_percent': 99.123, 'container.memory_mib': 200.5, 'container.cpu_limit_cores': -4 },
      ...{ 'container.memory_limit_mib': -512, 'container.throttled_ms': 3, 'container.throttled_periods': 2 },
      ...{ 'container.network_rx_kib_s': 900.12, 'container.network_tx_kib_s': 1900.12, 'proc.threads': 12 },
      ...{ 'proc.open_fds': 420, 'proc.fd_limit': -1024, 'proc.voluntary_switches_per_second': 9000.1 },
      ...{
        'proc.involuntary_switches_per_second': 90.1,
        'proc.run_delay_percent': 1.234,
        'proc.cpu_user_percent': 70.12,
      },
      ...{ 'proc.cpu_system_percent': 20.12, 'proc.major_faults_per_second': 0.1, 'proc.read_kib_s': 1.5 },
      ...{ 'proc.write_kib_s': 100.5, 'proc.io_delay_percent': 0.1, 'sock.established': 400, 'sock.time_wait': 30 },
      ...{ 'sock.syn_sent': 2, 'sock.close_wait': 2, 'sock.accept_queue': 4, 'sock.accept_queue_limit': -4096 },
      ...{ 'net.listen_overflows_per_second': 0.1, 'net.retransmits_per_second': 0.5, 'net.dials_per_second': 3.2 },
      ...{ 'net.accepts_per_second': 3.1 },
    },
  },
  {
    source: 'goroutines',
    everyS: 5,
    values: {
      ...{ 'goroutines.total': 400, 'goroutines.runnable': 9, 'goroutines.syscall': 3 },
      ...{ 'goroutines.waiting.IO wait': 300, 'goroutines.waiting.select': 40, 'goroutines.waiting.chan receive': 30 },
      ...{
        'goroutines.waiting.sync.Mutex.Lock': 20,
        'goroutines.waiting.sync.Cond.Wait': 4,
        'goroutines.waiting.sleep': 5,
      },
    },
  },
];

const hostValues = {
  ...{ 'host.cpu_percent': 60.12, 'host.idle_percent': 39.88, 'host.runnable': 5, 'host.steal_percent': 0.5 },
  ...{ 'host.load_1m': 3.21, 'host.cpu_pressure_some_percent': 7.06, 'host.memory_pressure_some_percent': 0.1 },
  ...{ 'host.memory_pressure_full_percent': 0.01, 'host.io_pressure_some_percent': 0.2, 'host.cores': -16 },
};

/** Writes the directory; a third of its way into the run, the targets take three times as long for a minute. */
export async function writeMadeUpRun(directory: string, options: Options): Promise<void> {
  mkdirSync(join(directory, 'raw'), { recursive: true });
  mkdirSync(join(directory, 'logs'), { recursive: true });
  const manifest = manifestOf(options);
  writeFileSync(join(directory, 'raw', 'manifest.json'), JSON.stringify(manifest));
  const endUs = startUs + (options.seconds + 1) * 1e6;
  writeFileSync(join(directory, 'raw', 'outcome.json'), JSON.stringify({ status: 'complete', endUs }));
  writeFileSync(join(directory, 'raw', 'events.ndjson'), '');
  const targets = manifest.environment.targets.map(({ id }) => id);
  await writeLines(join(directory, 'raw', 'load.ndjson'), loadMessages(options));
  await writeLines(join(directory, 'raw', 'readings.ndjson'), readings(options, targets));
  await writeLines(join(directory, 'raw', 'stacks.ndjson'), stacks(options, targets));
}

function manifestOf({ seconds, targets, steps }: Options): RunManifest {
  const shape = { kind: 'constant', rps } as const;
  const durationMs = Math.round((seconds * 1000) / steps);
  const request = { name: '', weight: 1, method: 'GET', path: '/', headers: {}, body: '' };
  const scenario: Scenario = {
    name: 'made-up',
    description: '',
    seed: 1,
    topology: { engine: 'auto', compose: '/compose.yaml', scale: {}, env: {}, readyTimeoutMs: 60_000 },
    target: { service: 'service-0', port: 8080 },
    load: {
      ...{ mode: 'open', feeders: {}, arrivals: 'uniform', maxConnections: 1000, workers: 1 },
      ...{ timeoutMs: 10_000, idleMs: 1000 },
      requests: [{ ...request, expect: { status: [], bodyContains: '' } }],
      steps: Array.from({ length: steps }, (_, at) => ({ name: `step ${at + 1}`, shape, durationMs, measure: true })),
    },
    observe: { schedtrace: {}, gctrace: {}, metrics: {}, containers: {}, goroutines: {} },
    validity: { minSentShare: 0.99, maxLagP99Ms: 5, maxLoopShare: 0.95, maxOwnShare: 0.5 },
    slo: [],
  };
  const machine = { os: 'linux', cpuModel: 'made up', cpus: 16, memoryBytes: 64e9, node: process.version, facts: {} };
  const ids = Array.from({ length: targets }, (_, at) => ({ id: `service-${at}`, service: `service-${at % 5}` }));
  return {
    ...{ id: 'made-up', toolVersion: '0.0.0', startedAt: '2026-01-01T00:00:00.000Z', scenario, warnings: [] },
    ...{ observers: [], startUs, environment: { engine: 'process', ...machine, targets: ids } },
  };
}

function* loadMessages({ seconds, steps }: Options): Iterable<LoadMessage> {
  const most = Math.round(rps * 0.9);
  const early = Array.from({ length: variants }, (_, seed) => window(rps, most, seed));
  const late = Array.from({ length: variants }, (_, seed) => window(0, rps - most, seed + variants));
  const stepSeconds = seconds / steps;
  let begun = -1;
  for (let second = 0; second < seconds; second++) {
    const step = Math.min(Math.floor(second / stepSeconds), steps - 1);
    while (begun < step) yield { kind: 'step', step: ++begun, startUs: startUs + begun * stepSeconds * 1e6 };
    const dueUs = startUs + second * 1e6;
    for (const each of [early, late]) {
      const own = each[second % variants];
      if (own) yield { ...own, step, dueUs };
    }
    yield tick(dueUs + 1e6, step);
  }
  yield { kind: 'end', lastDueUs: startUs + seconds * 1e6 - 100, drainedUs: startUs + seconds * 1e6 };
}

function window(planned: number, completed: number, seed: number): LoadWindow {
  const none = { failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  return {
    ...{ kind: 'window', step: 0, dueUs: 0, planned, completed, ...none, errors: {} },
    response: latencies(completed, 900, seed),
    service: latencies(completed, 700, seed + 1000),
    lag: latencies(planned, 60, seed + 2000),
    responsePeaksUs: Array.from({ length: 10 }, () => Math.round(4000 + 9000 * uniform())),
    phases: { firstByte: latencies(completed, 600, seed + 3000) },
  };
}

/** Latencies with a long tail around a typical one: a log-logistic distribution, drawn anew for each variant. */
function latencies(count: number, typicalUs: number, seed: number): string {
  const histogram = newHistogram();
  const drawn = seededUniform(seed);
  for (let n = 0; n < count; n++) {
    const quantile = drawn();
    histogram.recordValue(Math.round(typicalUs * (quantile / (1 - quantile)) ** 0.3));
  }
  return encodeHistogram(histogram);
}

function tick(atUs: number, step: number): LoadTick {
  const counts = { due: rps, sent: rps, completed: rps, opened: 0 };
  const echoUs = Array.from({ length: 100 }, (): [number, number] => [
    Math.round(90 * uniform()),
    Math.round(200 * uniform()),
  ]);
  return {
    ...{ kind: 'tick', atUs, lengthUs: 1e6, step, ...counts, inFlight: 12, waiting: 0, connections: 40, echoUs },
    ...{
      openUs: [[step, 2.1e6]],
      cpuPercent: 80,
      loopUtilisation: 0.6,
      loopDelayP99Us: 1200,
      loopDelayMaxUs: 4000,
      gcPauseMs: 3,
    },
  };
}

function* readings({ seconds }: Options, targets: readonly string[]): Iterable<Reading> {
  for (let tenth = 0; tenth < seconds * 10; tenth++) {
    const atUs = startUs + tenth * 1e5;
    if (tenth % 10 === 0) yield reading(atUs, 'host', 'containers', hostValues);
    for (const { source, everyS, values } of sources) {
      for (const [place, target] of targets.entries())
        if ((tenth + place) % (everyS * 10) === 0) yield reading(atUs + 1e5 * uniform(), target, source, values);
    }
  }
}

function reading(atUs: number, target: string, source: string, sizes: Readonly<Record<string, number>>): Reading {
  const values: Record<string, number> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const value = size * (0.5 + uniform());
    values[name] = size <= 0 ? -size : Number.isInteger(size) ? Math.round(value) : value;
  }
  return { kind: 'reading', atUs, target, source, values };
}

function* stacks({ seconds }: Options, targets: readonly string[]): Iterable<Stacks> {
  const groups = Array.from({ length: 25 }, (_, at) => group(at));
  for (let second = 0; second < seconds; second += 5) {
    for (const target of targets) {
      const own = groups.map((each) => ({ ...each, count: 1 + Math.round(30 * uniform()) }));
      const total = own.reduce((sum, { count }) => sum + count, 0);
      yield { kind: 'stacks', atUs: startUs + second * 1e6 + 5e5, target, total, groups: own };
    }
  }
}

function group(at: number): StackGroup {
  const reasons = ['IO wait', 'select', 'chan receive', 'sync.Mutex.Lock', 'sleep'];
  const site = `example.com/shop/internal/handler${at}.(*Server).serve`;
  const below = Array.from({ length: 8 }, (_, depth) => `example.com/shop/internal/layer${depth}.(*Thing${at}).Do`);
  return {
    count: 1,
    reason: reasons[at % reasons.length] ?? 'select',
    site,
    frames: ['runtime.gopark', site, ...below, 'net/http.(*conn).serve'],
  };
}

async function writeLines(file: string, lines: Iterable<unknown>): Promise<void> {
  const stream = createWriteStream(file);
  for (const line of lines) if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

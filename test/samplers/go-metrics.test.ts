import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/metrics/exposition.ts';
import { readMetrics, readProgram } from '../../src/samplers/go-metrics.ts';

const look = (atSeconds: number, text: string) => ({ atUs: atSeconds * 1e6, samples: parseExposition(text).samples });
const recorded = readFileSync(new URL('../fixtures/goruntime/metrics.txt', import.meta.url), 'utf8');

test('the first look at a Go service has its values, and no rates', () => {
  expect(readMetrics(look(1, recorded), undefined)).toEqual({
    'go.goroutines': 10,
    'go.goroutines_runnable': 4,
    'go.goroutines_running': 1,
    'go.goroutines_waiting': 12,
    'go.goroutines_not_in_go': 1,
    'go.gogc_percent': 100,
    'go.gc_limiter_last_cycle': 0,
    'go.gc_pause_recent_max_seconds': 0,
    'go.threads': 6,
    'go.gomaxprocs': 2,
    'go.heap_live_bytes': 0,
    'go.heap_goal_bytes': 4_194_304,
    'go.heap_inuse_bytes': 1_695_744,
    'go.stack_inuse_bytes': 360_448,
    'go.resident_memory_bytes': 12_492_800,
    'go.open_fds': 12,
  });
});

test('a service on OpenTelemetry has the same series under its own names', () => {
  const text = readFileSync(new URL('../fixtures/goruntime/otel-metrics.txt', import.meta.url), 'utf8');
  const first = look(1, text);
  expect(readMetrics(first, undefined)).toEqual({
    'go.goroutines': 15,
    'go.gomaxprocs': 2,
    'go.gogc_percent': 100,
    'go.heap_goal_bytes': 4_194_304,
    'go.memory_limit_bytes': 209_715_200,
    'go.stack_inuse_bytes': 393_216,
  });
  const later = {
    atUs: 2e6,
    samples: first.samples.map((sample) => {
      const { name, labels, value } = sample;
      if (name === 'go_memory_allocated_bytes_total') return { ...sample, value: value + 100_000 };
      const isLong = labels['le'] === '+Inf' || Number(labels['le']) >= 1;
      return name === 'go_schedule_duration_seconds_bucket' && isLong ? { ...sample, value: value + 10 } : sample;
    }),
  };
  expect(readMetrics(later, first)).toMatchObject({
    'go.alloc_bytes_per_second': 100_000,
    'go.sched_latency_over_100ms_percent': 100,
    'go.sched_latency_p50_over_seconds': expect.closeTo(0.939524096),
  });
  expect(readProgram(first.samples)).toEqual({ sources: ['metrics'], version: 'go1.26.8' });
});

test('the old names of OpenTelemetry are known, too', () => {
  const text = (cycles: number) =>
    `process_runtime_go_goroutines{otel_scope_version="0.49.0"} 6\nprocess_runtime_go_gc_count_total{otel_scope_version="0.49.0"} ${cycles}\n`;
  expect(readMetrics(look(2, text(9)), look(1, text(4)))).toEqual({
    'go.goroutines': 6,
    'go.gc_cycles_per_second': 5,
  });
});

test.each([
  ['client_golang', 'go_gc_gogc_percent 1.8446744073709552e+19\ngo_gc_gomemlimit_bytes 9.223372036854776e+18\n'],
  ['OpenTelemetry', 'go_config_gogc_percent 9.223372036854776e+18\n'],
])('GOGC=off is -1 and no GOMEMLIMIT is no series: %s', (_, text) => {
  expect(readMetrics(look(1, text), undefined)).toEqual({ 'go.gogc_percent': -1 });
});

test('GC pauses between two looks, by their new name and the one before Go 1.22', () => {
  for (const name of ['go_sched_pauses_total_gc_seconds', 'go_gc_pauses_seconds']) {
    const buckets = (...counts: number[]) =>
      ['8.191999999999999e-05', '0.0009175039999999999', '0.010485759999999998', '+Inf']
        .map((le, index) => `${name}_bucket{le="${le}"} ${counts[index]}\n`)
        .join('');
    expect(readMetrics(look(2, buckets(8, 10, 12, 12)), look(1, buckets(0, 2, 2, 2))), name).toMatchObject({
      'go.gc_pause_p50_at_most_seconds': expect.closeTo(8.192e-5),
      'go.gc_pause_p99_over_seconds': expect.closeTo(9.17504e-4),
      'go.gc_pause_over_1ms_percent': expect.closeTo(20),
    });
  }
});

test('Go version and module come from go_info and go_build_info', () => {
  expect(readProgram(look(1, recorded).samples)).toEqual({
    sources: ['metrics'],
    version: 'go1.26.8',
    module: 'rampart.dev/compose',
    moduleVersion: '(devel)',
  });
  expect(readProgram(look(1, 'up 1\n').samples)).toBeUndefined();
});

test('a service on VictoriaMetrics/metrics has the same series under its own names', () => {
  const text = (waited: number) =>
    `go_goroutines 7\ngo_gomaxprocs 2\ngo_memlimit_bytes 9223372036854775807\ngo_mutex_wait_seconds_total ${waited}\n`;
  expect(readMetrics(look(2, text(3)), look(1, text(1)))).toEqual({
    'go.goroutines': 7,
    'go.gomaxprocs': 2,
    'go.mutex_wait_seconds_per_second': 2,
  });
});

test('counters become their rise per second', () => {
  const before = 'process_cpu_seconds_total 1\ngo_sync_mutex_wait_total_seconds_total 4\n';
  const after = 'process_cpu_seconds_total 2.5\ngo_sync_mutex_wait_total_seconds_total 5\n';
  expect(readMetrics(look(12, after), look(10, before))).toEqual({
    'go.process_cpu_percent': 75,
    'go.mutex_wait_seconds_per_second': 0.5,
  });
});

test('CPU classes become shares of the time between two GC cycles', () => {
  const classes = (gc: number, user: number, total: number) =>
    `go_cpu_classes_gc_total_cpu_seconds_total ${gc}\ngo_cpu_classes_user_cpu_seconds_total ${user}\ngo_cpu_classes_total_cpu_seconds_total ${total}\n`;
  expect(readMetrics(look(2, classes(2, 5, 20)), look(1, classes(1, 3, 10)))).toEqual({
    'go.cpu_gc_percent': 10,
    'go.cpu_user_percent': 20,
  });
  expect(readMetrics(look(3, classes(2, 5, 20)), look(2, classes(2, 5, 20)))).toEqual({});
});

test('a scheduler latency is told as the bucket it lies in, and by how many waited longer than some limits', () => {
  const buckets = (...counts: number[]) =>
    ['0.001', '0.01', '+Inf']
      .map((le, index) => `go_sched_latencies_seconds_bucket{le="${le}"} ${counts[index]}\n`)
      .join('');
  expect(readMetrics(look(2, buckets(90, 95, 100)), look(1, buckets(0, 0, 0)))).toEqual({
    'go.sched_latency_p50_over_seconds': 0,
    'go.sched_latency_p50_at_most_seconds': 0.001,
    'go.sched_latency_p99_over_seconds': 0.01,
    'go.sched_latency_over_1ms_percent': expect.closeTo(10),
    'go.sched_latency_over_10ms_percent': expect.closeTo(5),
  });
});

test('a counter that fell is another process: no rate', () => {
  expect(readMetrics(look(2, 'process_cpu_seconds_total 1\n'), look(1, 'process_cpu_seconds_total 9\n'))).toEqual({});
});

test('a process that began later has no rates, although all its counters rose', () => {
  const text = (startS: number, cpu: number) =>
    `process_start_time_seconds ${startS}\nprocess_cpu_seconds_total ${cpu}\n`;
  expect(readMetrics(look(2, text(1e9 + 60, 9)), look(1, text(1e9, 1)))).toEqual({});
  expect(readMetrics(look(2, text(1e9 + 1, 2)), look(1, text(1e9, 1)))).toEqual({ 'go.process_cpu_percent': 100 });
});

test('where one counter fell, no other is of the same process either', () => {
  const text = (cpu: number, bytes: number) =>
    `process_cpu_seconds_total ${cpu}\ngo_memstats_alloc_bytes_total ${bytes}\n`;
  expect(readMetrics(look(2, text(1, 900)), look(1, text(9, 100)))).toEqual({});
});

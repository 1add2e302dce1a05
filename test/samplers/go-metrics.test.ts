import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/exposition.ts';
import { readMetrics } from '../../src/samplers/go-metrics.ts';

const look = (atSeconds: number, text: string) => ({ atUs: atSeconds * 1e6, samples: parseExposition(text).samples });
const recorded = readFileSync(new URL('../fixtures/goruntime/metrics.txt', import.meta.url), 'utf8');

test('the first look at a Go service has its values, and no rates', () => {
  expect(readMetrics(look(1, recorded), undefined)).toEqual({
    'go.goroutines': 18,
    'go.goroutines_runnable': 4,
    'go.goroutines_running': 1,
    'go.goroutines_waiting': 12,
    'go.goroutines_not_in_go': 1,
    'go.threads': 6,
    'go.gomaxprocs': 2,
    'go.heap_live_bytes': 0,
    'go.heap_goal_bytes': 4_194_304,
    'go.heap_inuse_bytes': 1_695_744,
    'go.stack_inuse_bytes': 360_448,
    'go.resident_memory_bytes': 12_492_800,
    'go.open_fds': 12,
    'go.http_requests_in_flight': 0,
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

test('a scheduler latency is told as the bucket it lies in', () => {
  const buckets = (...counts: number[]) =>
    ['0.001', '0.01', '+Inf']
      .map((le, index) => `go_sched_latencies_seconds_bucket{le="${le}"} ${counts[index]}\n`)
      .join('');
  expect(readMetrics(look(2, buckets(90, 95, 100)), look(1, buckets(0, 0, 0)))).toEqual({
    'go.sched_latency_p50_over_seconds': 0,
    'go.sched_latency_p50_at_most_seconds': 0.001,
    'go.sched_latency_p99_over_seconds': 0.01,
  });
});

test('a counter that fell is another process: no rate', () => {
  expect(readMetrics(look(2, 'process_cpu_seconds_total 1\n'), look(1, 'process_cpu_seconds_total 9\n'))).toEqual({});
});

test('requests in flight are counted without our own look', () => {
  const text =
    'promhttp_metric_handler_requests_in_flight 1\nhttp_requests_in_flight{path="/a"} 3\nhttp_requests_in_flight{path="/b"} 4\n';
  expect(readMetrics(look(1, text), undefined)).toEqual({ 'go.http_requests_in_flight': 7 });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownSeries } from '../../../src/model/series.ts';
import { loadMetrics } from '../../../src/sinks/prometheus/load-metrics.ts';
import { seriesMetric } from '../../../src/sinks/prometheus/series-metric.ts';

describe('an observed series', () => {
  it.each([
    ['sched.runqueue', 'rampart_sched_runqueue', 1, {}],
    ['sched.local_runqueue_total', 'rampart_sched_local_runqueue', 1, {}],
    ['gc.pause_ms', 'rampart_gc_pause_seconds', 0.001, {}],
    ['gc.cpu_percent', 'rampart_gc_cpu_ratio', 0.01, {}],
    ['gc.heap_live_mib', 'rampart_gc_heap_live_bytes', 1_048_576, {}],
    ['container.network_rx_kib_s', 'rampart_container_network_rx_bytes_per_second', 1024, {}],
    ['go.memory_limit_bytes', 'rampart_go_memory_limit_bytes', 1, {}],
    ['go.gogc_percent', 'rampart_go_gogc_percent', 1, {}],
    ['goroutines.total', 'rampart_goroutines', 1, {}],
    ['go.sched_latency_over_1ms_percent', 'rampart_go_sched_latency_over_1ms_ratio', 0.01, {}],
    ['go.sched_latency_p99_seconds', 'rampart_go_sched_latency_p99_seconds', 1, {}],
    ['go.queue_seconds_p99', 'rampart_go_queue_seconds_p99', 1, {}],
    ['go.my_queue.depth_count', 'rampart_go_my_queue_depth_count_value', 1, {}],
    ['goroutines.waiting.IO wait', 'rampart_goroutines_waiting', 1, { reason: 'IO wait' }],
    ['app.requests_per_second.503', 'rampart_app_results_per_second', 1, { result: '503' }],
    ['pool.main-db.in_use', 'rampart_pool_in_use', 1, { pool: 'main-db' }],
    ['pool.x.wait_seconds_per_second', 'rampart_pool_wait_seconds_per_second', 1, { pool: 'x' }],
    ['sock.to.10.0.0.1:5432', 'rampart_sock_opened_to', 1, { peer: '10.0.0.1:5432' }],
  ])('%s is %s', (series, name, factor, labels) => {
    expect(seriesMetric(series)).toMatchObject({ head: { name, type: 'gauge' }, factor, labels });
  });

  it('has a metric of its own, which is none of those of the load', () => {
    const names = knownSeries
      .filter((name) => !name.startsWith('load.'))
      .map((series) => seriesMetric(series).head.name);
    expect(new Set(names).size).toBe(names.length);
    const others: string[] = Object.values(loadMetrics).map(({ name }) => name.replace(/_(?:total|info)$/, ''));
    expect(names.filter((name) => others.includes(name))).toEqual([]);
  });

  it('has the labels of every other one, so that two of one name can differ in them', () => {
    const heads = [...knownSeries, 'pool.db.in_use', 'go.in_use', 'sock.to.10.0.0.1:5432'].map(seriesMetric);
    const all = [...new Set(heads.flatMap(({ labels }) => ['target', 'service', ...Object.keys(labels)]))];
    expect(all).toContain('pool');
    for (const { head } of heads) expect(head.labelNames).toEqual(expect.arrayContaining(all));
  });

  it('has a name that Prometheus takes, whatever the series is called, and one help for each name', () => {
    const helps = new Map<string, string>();
    const part = fc.string({ minLength: 1 });
    const dynamic = fc.tuple(
      fc.constantFrom('goroutines.waiting.', 'app.requests_per_second.', 'pool.', 'sock.to.', 'go.'),
      part,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          part,
          dynamic.map(([head, own]) => head + own),
        ),
        (series) => {
          const { head, labels } = seriesMetric(series);
          const before = helps.get(head.name) ?? head.help;
          if (Object.keys(labels).length > 0) helps.set(head.name, before);
          return (
            /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(head.name) && (Object.keys(labels).length === 0 || before === head.help)
          );
        },
      ),
    );
  });
});

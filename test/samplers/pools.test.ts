import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/metrics/exposition.ts';
import { poolsOf } from '../../src/samplers/pool-metrics.ts';
import { createPoolSeries } from '../../src/samplers/pool-series.ts';

/** The values after a second; `n` of the page is 0, then 10. */
function look(page: (n: number) => readonly string[]) {
  const read = createPoolSeries();
  const values = [0, 10].map((n) =>
    read(poolsOf(parseExposition(page(n).join('\n')).samples), n === 0 ? undefined : 2),
  );
  return values[1]?.values;
}
const full = { connections_max: 20, in_use: 7, idle: 3, open: 10 };
const waited = { waits_per_second: 5, wait_seconds_per_second: 1 };
const named = (name: string, values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([end, value]) => [`pool.${name}.${end}`, value]));

test.each([
  [
    'client_golang, collectors.NewDBStatsCollector',
    (n: number) => [
      'go_sql_max_open_connections{db_name="orders"} 20',
      'go_sql_open_connections{db_name="orders"} 10',
      'go_sql_in_use_connections{db_name="orders"} 7',
      'go_sql_idle_connections{db_name="orders"} 3',
      `go_sql_wait_count_total{db_name="orders"} ${n}`,
      `go_sql_wait_duration_seconds_total{db_name="orders"} ${n / 5}`,
      `go_sql_max_idle_closed_total{db_name="orders"} ${n}`,
    ],
    named('orders', { ...full, ...waited }),
  ],
  [
    'sqlstats',
    (n: number) => [
      'go_sql_stats_connections_max_open{db_name="grafana"} 20',
      'go_sql_stats_connections_open{db_name="grafana"} 10',
      'go_sql_stats_connections_in_use{db_name="grafana"} 7',
      'go_sql_stats_connections_idle{db_name="grafana"} 3',
      `go_sql_stats_connections_waited_for{db_name="grafana"} ${n}`,
      `go_sql_stats_connections_blocked_seconds{db_name="grafana"} ${n / 5}`,
    ],
    named('grafana', { ...full, ...waited }),
  ],
  [
    'an otelsql that tells the state by a label, and milliseconds',
    (n: number) => [
      'db_sql_connection_max_open{otel_scope_name="otelsql"} 20',
      'db_sql_connection_open{otel_scope_name="otelsql",status="inuse"} 7',
      'db_sql_connection_open{otel_scope_name="otelsql",status="idle"} 3',
      `db_sql_connection_wait_total{otel_scope_name="otelsql"} ${n}`,
      `db_sql_connection_wait_duration_milliseconds_total{otel_scope_name="otelsql"} ${n * 200}`,
    ],
    named('sql', { ...full, ...waited }),
  ],
  [
    'GORM, which exports a time.Duration',
    (n: number) => [
      'gorm_dbstats_max_open_connections{db_name="db1"} 20',
      'gorm_dbstats_open_connections{db_name="db1"} 10',
      'gorm_dbstats_in_use{db_name="db1"} 7',
      'gorm_dbstats_idle{db_name="db1"} 3',
      `gorm_dbstats_wait_count{db_name="db1"} ${n}`,
      `gorm_dbstats_wait_duration{db_name="db1"} ${n * 2e8}`,
    ],
    named('db1', { ...full, ...waited }),
  ],
  [
    'pgxpool, of whose times that of waiting is taken',
    (n: number) => [
      'pgxpool_max_conns 20',
      'pgxpool_total_conns 10',
      'pgxpool_acquired_conns 7',
      'pgxpool_idle_conns 3',
      `pgxpool_acquire_count ${n * 99}`,
      `pgxpool_acquire_duration_ns ${n * 9e9}`,
      `pgxpool_empty_acquire ${n}`,
      `pgxpool_empty_acquire_wait_time_ns ${n * 2e8}`,
    ],
    named('pgxpool', { ...full, ...waited }),
  ],
  [
    'pgxpool by states',
    () => [
      'shop_pgxpool_conns{state="acquired"} 7',
      'shop_pgxpool_conns{state="idle"} 3',
      'shop_pgxpool_conns{state="constructing"} 1',
      'shop_pgxpool_conns{state="total"} 10',
      'shop_pgxpool_conns{state="max"} 20',
    ],
    named('shop_pgxpool', full),
  ],
  [
    'go-redis, which does not tell how many are in use',
    (n: number) => [
      'cache_redis_pool_conn_total_current 10',
      'cache_redis_pool_conn_idle_current 3',
      `cache_redis_pool_hit_total ${n}`,
      `cache_redis_pool_wait_count_total ${n}`,
      `cache_redis_pool_wait_duration_seconds_total ${n / 5}`,
    ],
    named('cache_redis', { in_use: 7, idle: 3, open: 10, ...waited }),
  ],
  [
    'the conventions of OpenTelemetry, old and new',
    (n: number) => [
      'db_client_connections_usage{pool_name="a",state="used"} 7',
      'db_client_connections_usage{pool_name="a",state="idle"} 3',
      'db_client_connections_max{pool_name="a"} 20',
      'db_client_connection_count{db_client_connection_pool_name="b",db_client_connection_state="used"} 2',
      `db_client_connection_wait_time_seconds_sum{db_client_connection_pool_name="b"} ${n / 5}`,
      `db_client_connection_wait_time_seconds_count{db_client_connection_pool_name="b"} ${n * 9}`,
    ],
    { ...named('a', full), ...named('b', { in_use: 2, wait_seconds_per_second: 1 }) },
  ],
  [
    'no limit, which database/sql tells as 0',
    () => ['go_sql_max_open_connections{db_name="a"} 0', 'go_sql_in_use_connections{db_name="a"} 1'],
    named('a', { in_use: 1 }),
  ],
  [
    'what is no pool',
    () => [
      'traefik_entrypoint_open_connections{entrypoint="web"} 4',
      'http_active_connections 3',
      'pg_settings_max_connections 100',
      'mysql_global_variables_max_connections 100',
    ],
    {},
  ],
])('%s', (_, page, expected) => {
  const values = look(page);
  expect(Object.keys(values ?? {}).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) expect(values?.[name]).toBeCloseTo(value, 6);
});

test('of a restarted process, and of the first look, nothing has risen', () => {
  const read = createPoolSeries();
  const pool = (waits: number) => [{ key: 'k', label: 'a', inUse: 1, waits }];
  expect(read(pool(5), undefined).values).toEqual({ 'pool.a.in_use': 1 });
  expect(read(pool(3), 1).values).toEqual({ 'pool.a.in_use': 1 });
  expect(read(pool(9), undefined).values).toEqual({ 'pool.a.in_use': 1 });
  expect(read(pool(9), 1).values).toEqual({ 'pool.a.in_use': 1, 'pool.a.waits_per_second': 0 });
});

test('a pool keeps its name when others come, and two of the same name are told apart', () => {
  const read = createPoolSeries();
  const pool = (key: string, label: string, inUse: number) => ({ key, label, inUse });
  read([pool('b', 'x', 1)], undefined);
  expect(read([pool('a', 'x', 2), pool('b', 'x', 1)], 1).values).toEqual({ 'pool.x.in_use': 1, 'pool.x_2.in_use': 2 });
});

test.each([
  ['postgres://me:s3c@et@h:5432/d?password=s3cret', 'h_5432_d'],
  ['me:s3c@et@tcp(h:3306)/d?tls=true', 'tcp_h_3306_d'],
  ["user=me password='s3c et' host=h", 'user_me_host_h'],
])('no password of the address %s is told', (address, name) => {
  const page = `go_sql_in_use_connections{db_name="${address}"} 1`;
  const { values } = createPoolSeries()(poolsOf(parseExposition(page).samples), undefined);
  expect(values).toEqual({ [`pool.${name}.in_use`]: 1 });
});

test('names are safe and few, whatever a service writes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 30 }), (labels) => {
      const text = labels.map((label) => `go_sql_in_use_connections{db_name=${JSON.stringify(label)}} 1`).join('\n');
      const { values, doubt } = createPoolSeries()(poolsOf(parseExposition(text).samples), undefined);
      const names = Object.keys(values);
      expect(names.every((name) => /^pool\.[\w-]{1,44}\.in_use$/.test(name))).toBe(true);
      expect(names.length).toBeLessThanOrEqual(8);
      expect(names.length).toBeGreaterThan(0);
      if (doubt !== undefined) expect(doubt).toMatch(/^tells of more than 8 connection pools/);
    }),
  );
});

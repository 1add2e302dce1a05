import { expect, test } from 'vitest';
import { isOverTime, seriesInfo } from '../../src/model/series.ts';

test.each([
  ['app.requests_per_second.429', 'req/s', /429$/],
  ['app.requests_per_second.grpc_resource_exhausted', 'req/s', /grpc resource exhausted$/],
  ['pool.orders-db.in_use', 'connections', /in use of pool orders-db$/],
  ['pool.orders.wait_seconds_per_second', 's/s', /pool orders$/],
  ['goroutines.waiting.chan receive', 'goroutines', /^chan receive$/],
  ['pool.x.constructor', '', /^pool\.x\.constructor$/],
])('%s has its unit and title by its kind', (name, unit, title) => {
  expect(seriesInfo(name)).toEqual({ unit, title: expect.stringMatching(title) });
});

test.each([
  ...['app.requests_per_second', 'app.requests_per_second.2xx', 'app.retries_per_second', 'pool.a-b.waits_per_second'],
  ...['go.cpu_gc_percent', 'proc.major_faults_per_second'],
])('a value of %s is of the time since the one before it', (name) => {
  expect(isOverTime(name)).toBe(true);
});

test.each(['app.request_mean_seconds', 'app.requests_in_flight', 'pool.a.in_use', 'go.gogc_percent', 'gc.cpu_ms'])(
  'a value of %s is of its moment',
  (name) => {
    expect(isOverTime(name)).toBe(false);
  },
);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/metrics/exposition.ts';
import { createServiceReader } from '../../src/samplers/service-reader.ts';
import { servicePages, traffic } from './service-pages.ts';

/** The readings of these pages, one a second. */
function readings(pages: readonly string[], { path = '/metrics', restartAt = 0 } = {}) {
  const read = createServiceReader();
  return pages.map((text, index) =>
    read({ atUs: index * 1e6, exposition: parseExposition(text), path, isSame: index !== restartAt }),
  );
}

test.each(servicePages)('of $of', ({ page, expected, doubts = [] }) => {
  const [first, second] = readings([page({}), page(traffic)]);
  expect(second?.values).toEqual(expected);
  expect(second?.doubts).toEqual(doubts.map((doubt) => expect.stringMatching(doubt)));
  // Without a look before it there is no rate.
  expect(Object.keys(first?.values ?? {}).filter((name) => name !== 'app.requests_in_flight')).toEqual([]);
});

test('what has not been counted before had counted nothing', () => {
  const page = (...samples: string[]) => samples.join('\n');
  const [, , third] = readings([
    page('http_requests_total{code="200"} 5'),
    page('http_requests_total{code="200"} 9'),
    page('http_requests_total{code="200"} 9', 'http_requests_total{code="503"} 3'),
  ]);
  expect(third?.values).toEqual({
    'app.requests_per_second': 3,
    'app.requests_per_second.2xx': 0,
    'app.requests_per_second.503': 3,
  });
});

test('a counter by status code is one of requests whatever they are called, behind one that says so', () => {
  const charges = (good: number, bad: number) =>
    `payments_charges_total{code="200"} ${good}\npayments_charges_total{code="503"} ${bad}\n`;
  expect(readings([charges(0, 0), charges(80, 20)])[1]?.values).toMatchObject({
    'app.requests_per_second': 100,
    'app.requests_per_second.503': 20,
  });
  const both = (count: number) => `${charges(count, count)}http_requests_total{code="200"} ${count}\n`;
  expect(readings([both(0), both(50)])[1]?.values).toMatchObject({ 'app.requests_per_second': 50 });
});

test('a counter that fell, or another process, has no rate', () => {
  const page = (n: number) => `http_requests_total{code="200"} ${n}\nhttp_requests_total{code="500"} 9\n`;
  expect(readings([page(5), page(3)])[1]?.values).toEqual({});
  expect(readings([page(5), page(8), page(9)], { restartAt: 1 }).map(({ values }) => values)).toEqual([
    {},
    {},
    expect.objectContaining({ 'app.requests_per_second': 1 }),
  ]);
});

test('of HTTP and gRPC in one process the one that has served more since the first look is taken', () => {
  const page = (http: number, grpc: number) =>
    `http_requests_total{code="200"} ${http}\ngrpc_server_handled_total{grpc_code="OK"} ${grpc}\n`;
  const of = (...looks: (readonly [number, number])[]) => readings(looks.map(([a, b]) => page(a, b))).at(-1)?.values;
  expect(of([0, 9000], [50, 9010])).toMatchObject({ 'app.requests_per_second': 50 });
  expect(of([9000, 0], [9010, 50])).toMatchObject({ 'app.requests_per_second.grpc_ok': 50 });
  // One quiet second does not change what is looked at.
  expect(of([0, 0], [500, 1], [500, 20])).toMatchObject({ 'app.requests_per_second': 0 });
});

test('looks at the page itself are no requests, wherever it lies', () => {
  const page = (n: number) =>
    ['/a', '/internal/m', '/debug/pprof/goroutine', 'http://h:1/debug/vars', '/debug/pprofile', '/metrics?x=1']
      .map((path) => `http_requests_total{route="${path}"} ${n}`)
      .join('\n');
  const [, second] = readings([page(0), page(1)], { path: '/internal/m' });
  expect(second?.values).toEqual({ 'app.requests_per_second': 2 });
});

test.each([
  [
    'several processes',
    'x_requests_total{instance="a"} 1\nx_requests_total{instance="b"} 1',
    /label instance tells apart/,
  ],
  ['a whole and its parts', 'x_requests_total 2\nx_requests_total{path="/"} 1', /as a whole and in parts, or twice/],
])('requests of %s are left out, and that is told', (_, text, doubt) => {
  const [, second] = readings([text, text]);
  expect(second?.values).toEqual({});
  expect(second?.doubts).toEqual([expect.stringMatching(doubt)]);
});

test('codes add up to the whole where each request has one, and are few whatever they are', () => {
  const codes = fc.uniqueArray(fc.oneof(fc.integer({ min: 100, max: 599 }).map(String), fc.string()), {
    maxLength: 600,
  });
  fc.assert(
    fc.property(codes, fc.nat(1000), (all, n) => {
      const text = (count: number) =>
        all.map((code) => `http_requests_total{code=${JSON.stringify(code)}} ${count}`).join('\n');
      const [, second] = readings([text(0), text(n)]);
      if (all.length === 0) return;
      const { 'app.requests_per_second': total, ...parts } = second?.values ?? {};
      expect(total).toBe(all.length * n);
      expect(Object.keys(parts).every((name) => /^app\.requests_per_second\.\w+$/.test(name))).toBe(true);
      expect(Object.keys(parts).length).toBeLessThan(100);
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(total ?? 0);
    }),
  );
});

test('any page is read without throwing, and every value is a number', () => {
  const word = fc.constantFrom(
    'http',
    'grpc',
    'server',
    'client',
    'requests',
    'duration',
    'seconds',
    'total',
    'count',
    'sum',
    'retries',
  );
  const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('_'));
  const value = fc.oneof(fc.nat().map(String), fc.constantFrom('NaN', '+Inf', '-Inf', '-3'));
  const sample = fc.tuple(name, fc.string(), value).map(([n, label, v]) => `${n}{code=${JSON.stringify(label)}} ${v}`);
  fc.assert(
    fc.property(fc.array(sample), fc.array(sample), (one, two) => {
      for (const { values } of readings([one.join('\n'), two.join('\n')])) {
        expect(Object.entries(values).filter(([, each]) => !Number.isFinite(each) || each < 0)).toEqual([]);
      }
    }),
  );
});

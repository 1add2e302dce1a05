/** Metrics pages as exporters, proxies and gateways really serve them, over a real HTTP server: the right number, or none and a word about it. */
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { processStartS } from '../../src/host/owner.ts';
import type { Sample } from '../../src/model/sample.ts';
import { metricsSampler } from '../../src/samplers/metrics-sampler.ts';
import { testRun } from '../helpers/run-context.ts';

const type = 'text/plain; version=0.0.4; charset=utf-8';
const plain =
  '# HELP go_goroutines x\n# TYPE go_goroutines gauge\ngo_goroutines 42\nprocess_open_fds 7\ngo_info{version="go1.26.0"} 1\n';

/** Values of `go.goroutines` and what was told, after at least two looks at such a service. */
async function observed(answer: RequestListener, pid?: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const metricsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const samples: Sample[] = [];
  const { context } = testRun();
  const opened = await metricsSampler.open(
    { everyMs: 20 },
    {
      ...context,
      targets: [{ id: 'a', service: 'a', ports: {}, metricsUrl, pid }],
      steps: [],
      onLog: () => () => undefined,
      emit: (sample) => samples.push(sample),
    },
  );
  // A busy machine leaves out looks as well, and says so.
  const looks = () =>
    samples.filter((one) => one.kind === 'reading' || (one.kind === 'gap' && !one.message.startsWith('left out: ')))
      .length;
  await vi.waitFor(() => expect(looks()).toBeGreaterThanOrEqual(2), { timeout: 50_000 });
  await opened.close();
  server.closeAllConnections();
  server.close();
  const readings = samples.flatMap((sample) => (sample.kind === 'reading' ? [sample.values] : []));
  const goroutines = [...new Set(readings.map((values) => values['go.goroutines']))];
  const doubts = samples.flatMap((sample) => (sample.kind === 'doubt' ? [sample.message] : []));
  return { goroutines, doubts, readings, metricsUrl };
}

const page =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  };

test.each<[string, RequestListener]>([
  ['as it should be', page(plain)],
  ['without a last end of line', page(plain.trimEnd())],
  ['with the ends of lines of Windows', page(plain.replaceAll('\n', '\r\n'))],
  ['with a byte order mark', page(`\ufeff${plain}`)],
  ['with a byte order mark and no comment', page('\ufeffgo_goroutines 42\n')],
  [
    'in OpenMetrics',
    page('go_goroutines 42\nx_created 1.5\n# EOF\n', { 'content-type': 'application/openmetrics-text' }),
  ],
  ['with exemplars', page('x_bucket{le="1"} 5 # {id="a # } b"} 0.5 1.5\ngo_goroutines 42\n# EOF\n')],
  ['with series that have ended', page(`${plain}go_goroutines{pool="idle"} NaN\nx NaN\n`)],
  ['with labels of any text', page('go_goroutines{path="a}b\\"c\\\\d\\ne # f",x="é"} 42\n')],
  ['with quoted names', page('{"go.goroutine.count"} 42\n{"go.memory.used","go.memory.type"="other"} 1\n')],
  ['of OpenTelemetry', page('go_goroutine_count{otel_scope_name="x",otel_scope_version=""} 42\n')],
  ['with a plus', page('go_goroutines +42\n')],
  ['with an exponent', page('go_goroutines 4.2e+01\n')],
  ['with a stamp', (_, response) => response.end(`go_goroutines 42 ${Date.now()}\nprocess_open_fds 7\n`)],
  ['whose type changes', page(plain.replace('gauge', 'histogram'))],
  ['with native histograms beside', page(`${plain}# TYPE h histogram\nh_count 3\nh_sum 4\n`)],
  ['in gzip', page(gzipSync(plain), { 'content-encoding': 'gzip' })],
  ['in deflate', page(deflateSync(plain), { 'content-encoding': 'deflate' })],
  ['in brotli', page(brotliCompressSync(plain), { 'content-encoding': 'br' })],
  ['with a wrong type', page(plain, { 'content-type': 'text/html' })],
  ['of ten megabytes', page(`${'x_bucket{path="/items",le="0.005"} 5\n'.repeat(280_000)}${plain}`)],
  [
    'in slow pieces',
    (_, response) => {
      response.write(plain.slice(0, 50));
      setTimeout(() => response.end(plain.slice(50)), 50);
    },
  ],
  [
    'behind a redirect',
    ({ url }, response) =>
      url === '/metrics' ? response.writeHead(301, { location: '/metrics/' }).end() : response.end(plain),
  ],
])('a page %s has its 42 goroutines, and leaves no doubt', async (_, answer) => {
  expect(await observed(answer)).toMatchObject({ goroutines: [42], doubts: [] });
});

const two = (labels: (n: number) => string) =>
  [42, 100].map((count, n) => `go_goroutines${labels(n)} ${count}\nprocess_open_fds${labels(n)} 7\n`).join('');

test.each<[string, string]>([
  ['two federated targets', two((n) => `{instance="${n}:1",job="a"}`)],
  ['a gateway and who pushed to it', two((n) => (n === 0 ? '' : '{job="batch",instance=""}'))],
  ['two pages put together', two(() => '')],
])('of %s nothing is summed: none is taken, with a word and a way out', async (_, text) => {
  const { goroutines, doubts, readings, metricsUrl } = await observed(page(text));
  expect(goroutines).toEqual([undefined]);
  expect(readings[0]).toEqual({});
  expect(doubts).toEqual([expect.stringMatching(/has metrics of several processes.*give the address/)]);
  expect(doubts[0]).toContain(metricsUrl);
});

test('of a gateway and who pushed to it, the one is taken that began when the process of the target did', async () => {
  const of = (labels: string, goroutines: number, startS: number | undefined) =>
    `go_goroutines${labels} ${goroutines}\nprocess_start_time_seconds${labels} ${startS}\n`;
  const text = of('', 42, processStartS(process.pid)) + of('{job="batch"}', 100, 1e9);
  const { goroutines, doubts } = await observed(page(text), process.pid);
  expect(goroutines).toEqual([42]);
  expect(doubts).toEqual([expect.stringMatching(/those without such labels are taken, because their process_start/)]);
});

test.each<[string, RequestListener, RegExp]>([
  ['a hexadecimal number', page('go_goroutines 0x2A\n'), /nothing that can be read as metrics .*"go_goroutines 0x2A"/],
  ['protobuf', page('\x01', { 'content-type': 'application/vnd.google.protobuf' }), /answered in protobuf/],
  ['an unknown coding', page(plain, { 'content-encoding': 'zstd' }), /Content-Encoding zstd.*cannot read/],
  ['a login page', page('<!doctype html>\n', { 'content-type': 'text/html' }), /a page of HTML \(text\/html\)/],
  [
    'a login page elsewhere',
    ({ url }, response) =>
      url === '/metrics' ? response.writeHead(302, { location: '/login' }).end() : response.end('<html>log in'),
    /\/login answered a page of HTML/,
  ],
  ['a redirect to itself', (_, response) => response.writeHead(307, { location: '/metrics' }).end(), /in a circle/],
  [
    'a redirect to another host',
    (_, response) => response.writeHead(308, { location: 'http://metrics.example/' }).end(),
    /to another host, http:\/\/metrics\.example\//,
  ],
  ...[401, 403, 404, 500].map((status): [string, RequestListener, RegExp] => [
    `status ${status}`,
    (_, response) => response.writeHead(status).end('no'),
    new RegExp(`/metrics answered ${status}: no`),
  ]),
])('%s is named with its address as a doubt', async (_, answer, message) => {
  const { goroutines, doubts, metricsUrl } = await observed(answer);
  expect(goroutines).toEqual([]);
  expect(doubts).toEqual([expect.stringMatching(message)]);
  expect(doubts[0]).toContain(metricsUrl.replace('/metrics', ''));
});

test('a line that cannot be read is told once, and the others are read', async () => {
  const { goroutines, doubts } = await observed(page(`${plain}go_threads 0x10\n`));
  expect(goroutines).toEqual([42]);
  expect(doubts).toEqual([expect.stringMatching(/has a line that is no metric, which is left out: "go_threads 0x10"/)]);
});

test('an address behind which two processes take turns is told', async () => {
  let looks = 0;
  const { doubts, readings, metricsUrl } = await observed((_, response) => {
    looks += 1;
    response.end(`go_goroutines 42\nprocess_start_time_seconds ${looks % 2 === 0 ? 1000 : 2000}\n`);
  });
  // The look that was under way at the end may have been answered and not been taken.
  expect([Math.ceil((looks - 1) / 2), Math.ceil(looks / 2)]).toContain(readings.length);
  expect(doubts).toEqual([
    `${metricsUrl} is answered by several processes in turn, as by a load balancer: its process_start_time_seconds goes back; give the address of one process`,
  ]);
});

test('text is asked for, and nothing coded', async () => {
  const asked: unknown[] = [];
  await observed(({ headers }, response) => {
    asked.push([headers.accept, headers['accept-encoding']]);
    response.end(plain);
  });
  expect(asked[0]).toEqual([expect.stringMatching(/^text\/plain;version=0\.0\.4,(?!.*protobuf)/), 'identity']);
});

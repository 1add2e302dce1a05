/** Finding pprof and metrics by asking. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeAddresses, probeUrl } from '../../../src/topology/observe/probe-runtime.ts';

let server: Server;
let base: string;
let pages: Record<string, string>;
beforeEach(async () => {
  pages = {};
  server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200).end(page ?? '404 page not found\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const goroutines = 'goroutine profile: total 7\n';
const metrics = '# HELP go_goroutines x\ngo_goroutines 7\n';

describe('probeUrl', () => {
  it.each(['', '/', '/debug/pprof', '/debug/pprof/', '/metrics'])('finds both from %j', async (path) => {
    pages = { '/debug/pprof/goroutine?debug=1': goroutines, '/metrics': metrics };
    expect(await probeUrl(base + path)).toMatchObject({
      pprofUrl: `${base}/debug/pprof`,
      metricsUrl: `${base}/metrics`,
    });
  });

  it('finds them below a path, and metrics at a path of their own', async () => {
    pages = { '/admin/debug/pprof/goroutine?debug=1': goroutines, '/stats': metrics };
    expect(await probeUrl(`${base}/admin`)).toMatchObject({
      pprofUrl: `${base}/admin/debug/pprof`,
      metricsUrl: undefined,
    });
    expect(await probeUrl(`${base}/stats`)).toMatchObject({ pprofUrl: undefined, metricsUrl: `${base}/stats` });
  });

  it('keeps the query and the credentials of the address, and shows no credentials', async () => {
    pages = { '/federate?match[]=up': metrics };
    const url = `${base}/federate?match[]=up`.replace('//', '//anna:secret@');
    expect((await probeUrl(url)).metricsUrl).toBe(url);
    pages = {};
    expect((await probeUrl(url)).asked.join()).not.toMatch(/anna|secret/);
  });

  it.each([
    ['quoted names', '{"go.goroutine.count"} 42\n'],
    ['a byte order mark and no comments', '\ufeffup 1\r\n'],
  ])('takes a page with %s for metrics', async (_, text) => {
    pages = { '/metrics': text };
    expect((await probeUrl(base)).metricsUrl).toBe(`${base}/metrics`);
  });

  it('does not take a service for it that answers everything, and tells what was asked', async () => {
    pages = { '/debug/pprof/goroutine?debug=1': '<html>', '/metrics': '<html>go</html>' };
    expect(await probeUrl(base)).toEqual({
      pprofUrl: undefined,
      metricsUrl: undefined,
      hasVars: false,
      asked: [
        `${base}/debug/pprof: answers, but with no goroutine profile`,
        expect.stringMatching(/\/metrics: answered a page of HTML, .*: "<html>go<\/html>"$/),
      ],
    });
  });
});

it('follows redirects of pprof and metrics on the same host, and names another host', async () => {
  const other = createServer((request, response) => {
    if (request.url?.startsWith('/debug')) response.writeHead(307, { location: `${base}${request.url}` }).end();
    else response.writeHead(301, { location: 'http://metrics.example/metrics' }).end();
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  pages = { '/debug/pprof/goroutine?debug=1': goroutines };
  const found = await probeUrl(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
  other.closeAllConnections();
  other.close();
  expect(found.pprofUrl).toMatch(/\/debug\/pprof$/);
  expect(found.asked).toEqual([
    expect.stringMatching(/\/metrics: .*redirects to another host, http:\/\/metrics\.example\/metrics/),
  ]);
});

it.each([
  ['is told where there are no metrics', '{\n"cmdline": ["api"],\n"memstats": {"Alloc":1}\n}\n', '', true],
  ['is not asked for where there are metrics', '{\n"memstats": {"Alloc":1}\n}\n', metrics, false],
  ['without MemStats is nothing', '{\n"hits": 3\n}\n', '', false],
])('expvar beside pprof %s', async (_, vars, text, hasVars) => {
  pages = { '/debug/pprof/goroutine?debug=1': goroutines, '/debug/vars': vars, '/metrics': text };
  expect((await probeUrl(base)).hasVars).toBe(hasVars);
});

it('of several addresses the one that answers is taken', async () => {
  pages = { '/debug/pprof/goroutine?debug=1': goroutines };
  const found = await probeAddresses(['127.0.0.1:1', new URL(base).host]);
  expect(found.pprofUrl).toBe(`${base}/debug/pprof`);
  expect(found.asked).toEqual([
    'http://127.0.0.1:1/debug/pprof: connect ECONNREFUSED 127.0.0.1:1',
    'http://127.0.0.1:1/metrics: connect ECONNREFUSED 127.0.0.1:1',
    `${base}/metrics: 404: 404 page not found`,
  ]);
});

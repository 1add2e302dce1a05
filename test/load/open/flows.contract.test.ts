// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
/** Flows against real servers, over both versions of HTTP: one outcome for each arrival, and each request where it belongs. */
import { once } from 'node:events';
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import { mergeHistograms } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import type { FlowRequestSpec, FlowSpec } from '../../../src/model/scenario.ts';
import { bareContext, constantStep, imbalance, type LoadReport, plainRequest, planFor, reportOf } from '../load-run.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

async function startServer(http: 1 | 2, answer: Answer) {
  let nth = 0;
  const sockets = new Set<Socket>();
  const served = (request: IncomingMessage, response: ServerResponse) => answer(request, response, ++nth);
  const server: Server = http === 1 ? createHttp1(served) : createHttp2(served as never);
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get read() {
      return nth;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const request = (path: string, more: Partial<FlowRequestSpec> = {}): FlowRequestSpec => ({
  ...plainRequest,
  name: path.replace(/\W/g, ''),
  path,
  extract: {},
  ...more,
});
const flow = (requests: readonly FlowRequestSpec[], more: Partial<FlowSpec> = {}): FlowSpec => ({
  ...{ name: 'buy', weight: 1, cookies: false },
  requests,
  ...more,
});
const think = (ms: number) => ({ think: { fromMs: ms, toMs: ms } });

describe.each([1, 2] as const)('over HTTP/%i, a flow', (http) => {
  async function run(
    port: number,
    plan: Partial<LoadPlan>,
    signal = bareContext.signal,
    heed: (message: LoadMessage) => void = () => {},
  ): Promise<LoadReport> {
    const messages: LoadMessage[] = [];
    const whole = planFor(port, { startInMs: 20, http, requests: [], ...plan });
    const emit = (message: LoadMessage) => {
      messages.push(message);
      heed(message);
    };
    await runOpenLoad(whole, { ...bareContext, signal, emit });
    const report = reportOf(messages, whole.steps.length);
    expect(imbalance(report.total)).toBe(0);
    return report;
  }

  const requestsOf = (report: LoadReport, name: string) =>
    report.windows.flatMap(({ requests = [] }) => requests.filter((each) => each.name === name));
  const sum = (all: readonly object[], key: string) =>
    all.reduce((total, each) => total + Number(Reflect.get(each, key) ?? 0), 0);

  it('logs in, carries its cookie and what it has extracted, and is counted as one arrival', async () => {
    const visits = new Map<string, string[]>();
    await using server = await startServer(http, (asked, response, nth) => {
      const { method, url = '', headers } = asked;
      if (url === '/login') {
        response.setHeader('Set-Cookie', [`session=s${nth}; Path=/; HttpOnly`, 'gone=1; Max-Age=0']);
        visits.set(`s${nth}`, [`${method} ${url}`]);
        return void response.end(JSON.stringify({ token: `t${nth}` }));
      }
      const session = /session=(s\d+)$/.exec(headers.cookie ?? '')?.[1] ?? 'none';
      visits.set(session, [...(visits.get(session) ?? []), `${method} ${url}`]);
      response.setHeader('X-Id', session);
      response.end('ok');
    });
    const requests = [
      request('/login', { method: 'POST', body: '{}', extract: { token: { from: 'json', path: '$.token' } } }),
      request('/cart/${token}', { name: 'cart', extract: { id: { from: 'header', name: 'x-id' } } }),
      request('/pay', { method: 'POST', body: 'id=${id}' }),
    ];
    const report = await run(server.port, { flows: [flow(requests, { cookies: true })], maxConnections: 10 });
    expect(report.total).toMatchObject({ planned: 50, completed: 50 });
    expect([...visits]).toEqual(
      [...visits.keys()].map((session) => [session, ['POST /login', `GET /cart/t${session.slice(1)}`, 'POST /pay']]),
    );
    expect([visits.size, server.read, report.reached]).toEqual([50, 150, 150]);
    for (const name of ['buy/login', 'buy/cart', 'buy/pay']) {
      const own = requestsOf(report, name);
      expect([sum(own, 'planned'), sum(own, 'completed'), own[0]?.flow]).toEqual([50, 50, 'buy']);
      expect(mergeHistograms(own.flatMap(({ firstByte }) => firstByte ?? [])).totalCount).toBe(50);
    }
    expect(
      sum(
        report.windows.flatMap(({ flows = [] }) => flows),
        'completed',
      ),
    ).toBe(50);
    expect([sum(report.ticks, 'sent'), sum(report.ticks, 'followed'), sum(report.ticks, 'completed')]).toEqual([
      50, 100, 50,
    ]);
    expect([report.response.totalCount, report.service.totalCount, report.phases.firstByte.totalCount]).toEqual([
      50, 50, 150,
    ]);
  });

  it('pauses without holding a connection, and does not count it as response time', async () => {
    await using server = await startServer(http, (_, response) => void setTimeout(() => response.end('ok'), 20));
    const flows = [flow([request('/a'), request('/b', think(400)), request('/c', think(100))])];
    const started = performance.now();
    const report = await run(server.port, { flows, maxConnections: 8, steps: [constantStep(200, 500)] });
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(report.total).toMatchObject({ planned: 100, completed: 100 });
    expect(Math.max(...report.ticks.map(({ connections }) => connections))).toBeLessThanOrEqual(8);
    expect(report.response.minNonZeroValue).toBeGreaterThanOrEqual(59_900);
    expect(report.service.minNonZeroValue).toBeGreaterThanOrEqual(59_900);
    expect(Math.max(...report.ticks.map(({ thinking = 0 }) => thinking))).toBeGreaterThanOrEqual(0);
    // Half a second of pauses of 100 arrivals is not time under way, which answers alone are, as late as they may be read.
    const openUs = report.ticks.flatMap(({ openUs: all = [] }) => all.map(([, us]) => us));
    const underWayUs = openUs.reduce((total, us) => total + us, 0);
    expect(underWayUs).toBeLessThan(1.2 * 100 * report.response.mean);
  });

  it('ends with the request that is not answered well, which is named', async () => {
    await using server = await startServer(http, (asked, response, nth) => {
      response.statusCode = asked.url === '/b' && nth % 4 === 0 ? 503 : 200;
      response.end('ok');
    });
    const report = await run(server.port, {
      flows: [flow([request('/a'), request('/b'), request('/c')])],
      maxConnections: 1,
    });
    const failed = report.errors['buy/b: status 503'] ?? 0;
    expect(failed).toBeGreaterThan(0);
    expect(report.total).toMatchObject({ failed, completed: 50 - failed });
    expect(requestsOf(report, 'buy/b').flatMap(({ errors = {} }) => Object.keys(errors))).toContain('status 503');
    expect(sum(requestsOf(report, 'buy/c'), 'planned')).toBe(50 - failed);
    expect(server.read).toBe(report.reached);
  });

  it('times out by the request, not by the flow', async () => {
    await using server = await startServer(http, (asked, response) => {
      // Four of them are longer than the time limit, and one is shorter by more than a busy machine is late.
      if (asked.url !== '/silent') setTimeout(() => response.end('ok'), 700);
    });
    const flows = [
      flow([request('/a'), request('/b'), request('/c'), request('/d')], { name: 'slow' }),
      flow([request('/a'), request('/silent')], { name: 'dead' }),
    ];
    const report = await run(server.port, { flows, timeoutMs: 2000, steps: [constantStep(100, 200)] });
    const slow = sum(requestsOf(report, 'slow/d'), 'completed');
    const dead = sum(requestsOf(report, 'dead/silent'), 'timedOut');
    expect(Math.min(slow, dead)).toBeGreaterThan(0);
    expect(report.total).toMatchObject({ planned: 20, completed: slow, timedOut: dead });
  });

  it('is dropped in the middle where no connection is free and no place in the line', async () => {
    const held: ServerResponse[] = [];
    await using server = await startServer(http, (asked, response) => {
      if (asked.url === '/a') response.end('ok');
      else held.push(response);
    });
    const flows = [flow([request('/a'), request('/b'), request('/c')])];
    const plan = { flows, timeoutMs: 300, maxConnections: 1, maxQueue: 0, steps: [constantStep(40, 500)] };
    const report = await run(server.port, plan);
    expect(report.total.completed).toBe(0);
    expect(report.total.timedOut).toBeGreaterThan(0);
    if (http === 1) expect(report.total.dropped).toBeGreaterThan(0);
    expect(server.read).toBe(report.reached);
  });

  it('is unfinished where the run ends in its pause', async () => {
    await using server = await startServer(http, (_, response) => void response.end('ok'));
    const abort = new AbortController();
    const flows = [flow([request('/a'), request('/b', think(60_000))])];
    const report = await run(server.port, { flows, steps: [constantStep(100, 200)] }, abort.signal, (message) => {
      if (message.kind === 'tick' && message.thinking === 20) abort.abort();
    });
    expect(report.total).toMatchObject({ planned: 20, unfinished: 20 });
    expect([report.reached, server.read]).toEqual([20, 20]);
    expect(report.ticks.at(-1)?.thinking).toBe(0);
  });

  it('follows redirects on request, and counts each', async () => {
    await using server = await startServer(http, (asked, response) => {
      if (asked.url !== '/a') return void response.end(`${asked.method} ${asked.url}`);
      response.writeHead(302, { Location: '/b?x', 'Set-Cookie': 's=1' });
      response.end('moved');
    });
    const expected = { status: [200], bodyContains: 'GET /b?x' };
    const alone = { ...plainRequest, method: 'POST', path: '/a', redirects: 2, expect: expected };
    const report = await run(server.port, { requests: [alone] });
    expect([report.total.completed, report.errors]).toEqual([50, {}]);
    expect([sum(report.windows, 'redirected'), report.reached, server.read]).toEqual([50, 100, 100]);
    const flows = [flow([request('/a', { redirects: 1 }), request('/c')])];
    const led = await run(server.port, { flows });
    expect(led.total.completed).toBe(50);
    expect(sum(requestsOf(led, 'buy/a'), 'redirected')).toBe(50);
    expect(sum(requestsOf(led, 'buy/a'), 'planned')).toBe(50);
  });

  it('says what came over the wire, and unpacks only where somebody looks', async () => {
    const packed = gzipSync('{"token":"inside"}'.padEnd(5000));
    await using server = await startServer(http, (asked, response) => {
      const isAsked = asked.headers['accept-encoding'] === 'gzip';
      response.writeHead(200, isAsked ? { 'Content-Encoding': 'gzip' } : {});
      response.end(isAsked ? packed : 'plain');
    });
    const gzip = { headers: { 'Accept-Encoding': 'gzip' } };
    const bare = await run(server.port, { requests: [{ ...plainRequest, ...gzip }] });
    expect([sum(bare.windows, 'bodyBytes'), sum(bare.windows, 'decodedBytes')]).toEqual([50 * packed.length, 0]);
    expect(
      sum(
        bare.windows.map(({ encoded = {} }) => encoded),
        'gzip',
      ),
    ).toBe(50);
    const looked = { ...plainRequest, ...gzip, expect: { status: [], bodyContains: 'inside' } };
    const seen = await run(server.port, { requests: [looked] });
    expect([seen.total.completed, sum(seen.windows, 'decodedBytes')]).toEqual([50, 50 * 5000]);
    const flows = [
      flow([request('/a', { ...gzip, extract: { t: { from: 'json', path: '$.token' } } }), request('/${t}')]),
    ];
    expect((await run(server.port, { flows })).total.completed).toBe(50);
  });

  it('goes beside requests that stand alone, by weight', async () => {
    await using server = await startServer(http, (_, response) => void response.end('ok'));
    const requests = [{ ...plainRequest, name: 'home', weight: 3 }];
    const flows = [flow([request('/a'), request('/b')])];
    const report = await run(server.port, { requests, flows });
    const [home, first, second] = ['home', 'buy/a', 'buy/b'].map((name) => sum(requestsOf(report, name), 'completed'));
    expect(Math.min(home!, first!)).toBeGreaterThan(5);
    expect([home! + first!, second]).toEqual([50, first]);
    expect(
      sum(
        report.windows.flatMap((each) => each.flows ?? []),
        'planned',
      ),
    ).toBe(first);
    expect(server.read).toBe(report.reached);
  });

  it.runIf(http === 1)('carries many more arrivals in a pause than it has connections', async () => {
    await using server = await startServer(http, (_, response) => void response.end('ok'));
    const flows = [flow([request('/a'), request('/b', think(1500))])];
    // If pauses held connections, 5 of them would need 90 s, and most arrivals would time out.
    const report = await run(server.port, { flows, steps: [constantStep(300, 1000)], maxConnections: 5 });
    expect(report.total).toMatchObject({ planned: 300, completed: 300 });
    expect(Math.max(...report.ticks.map(({ thinking = 0 }) => thinking))).toBeGreaterThan(5);
    expect(Math.max(...report.ticks.map(({ connections }) => connections))).toBeLessThanOrEqual(5);
  });
});

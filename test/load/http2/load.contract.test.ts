import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import { makeCertificate } from '../../helpers/certificate.ts';
import { bareContext, imbalance, type LoadReport, plainRequest, planFor, reportOf } from '../load-run.ts';
import { refusingPort, response, startRawServer } from '../raw-server.ts';
import { startRawH2 } from './raw-h2-server.ts';

let folder: string;
let pems: { readonly cert: Buffer; readonly key: Buffer };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-h2-'));
  const { cert, key } = makeCertificate(folder);
  pems = { cert: readFileSync(cert), key: readFileSync(key) };
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function run(plan: Partial<LoadPlan> & { port: number }): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  const { port, ...rest } = plan;
  const whole = planFor(port, { startInMs: 20, http: 2, ...rest });
  await runOpenLoad(whole, { ...bareContext, emit: (message) => messages.push(message) });
  const report = reportOf(messages, whole.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return report;
}

interface H2Request {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly session: ServerHttp2Session;
  /** Over all sessions, from 1. */
  readonly nth: number;
}

interface H2Settings {
  readonly tls?: boolean;
  readonly maxConcurrentStreams?: number;
}

/** A server that calls `answer` for each stream. */
async function startH2(answer: (request: H2Request) => void, { tls = false, maxConcurrentStreams }: H2Settings = {}) {
  const sessions = new Set<ServerHttp2Session>();
  let nth = 0;
  const settings = maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams };
  const server: Http2Server = tls ? createSecureServer({ ...pems, settings }) : createServer({ settings });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const { session } = stream;
    if (session) answer({ stream, headers, session: session as ServerHttp2Session, nth: ++nth });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** Sessions that carried the load: the first only asked whether HTTP/2 is spoken. */
    get sessions() {
      return sessions.size - 1;
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const ok = ({ stream }: Pick<H2Request, 'stream'>) => {
  stream.respond({ ':status': 200 });
  stream.end('it is ok');
};

it.each([
  ['h2c with prior knowledge', false],
  ['h2 over TLS', true],
])('speaks %s, all on one connection', async (_, tls) => {
  await using server = await startH2(ok, { tls });
  const requests = [{ ...plainRequest, expect: { status: [200], bodyContains: 'is ok' } }];
  const report = await run({ port: server.port, requests, ...(tls ? { tls: { insecure: true } } : {}) });
  expect(report.errors).toEqual({});
  expect(report.total.completed).toBe(50);
  expect(server.sessions).toBe(1);
  expect([report.phases.connect.totalCount, report.phases.tls.totalCount]).toEqual([1, tls ? 1 : 0]);
  expect(report.phases.firstByte.totalCount).toBe(50);
});

it('sends method, path, header fields and body as the request says', async () => {
  const seen = new Set<string>();
  await using server = await startH2(({ stream, headers }) => {
    let body = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    stream.on('end', () => {
      const names = [':method', ':path', ':scheme', ':authority', 'x-mine', 'authorization', 'content-length', 'host'];
      seen.add(JSON.stringify([...names.map((name) => headers[name]), body]));
      stream.respond({ ':status': 201 }, { endStream: true });
    });
  });
  const headers = { 'X-Mine': 'yes', Authorization: 'Basic YW5uYQ==' };
  const requests = [{ ...plainRequest, method: 'POST', path: '/cart?a=1', headers, body: '{"id":1}' }];
  const report = await run({ port: server.port, requests });
  expect(report.total.completed).toBe(50);
  const authority = `127.0.0.1:${server.port}`;
  expect([...seen]).toEqual([
    JSON.stringify(['POST', '/cart?a=1', 'http', authority, 'yes', 'Basic YW5uYQ==', '8', undefined, '{"id":1}']),
  ]);
});

it('judges answers by what the request expects', async () => {
  await using server = await startH2(({ stream, nth }) => {
    stream.respond({ ':status': nth % 2 ? 503 : 200 });
    stream.end('nothing of note');
  });
  const requests = [{ ...plainRequest, expect: { status: [200], bodyContains: 'is ok' } }];
  const report = await run({ port: server.port, requests });
  expect(report.errors).toEqual({ 'expected status 200, got 503': 25, 'body does not contain "is ok"': 25 });
  expect(report.service.totalCount).toBe(50);
});

it('opens no more streams than the server allows, but another connection', async () => {
  const open = new Map<ServerHttp2Session, number>();
  let most = 0;
  const change = (session: ServerHttp2Session, by: number) => {
    const now = (open.get(session) ?? 0) + by;
    open.set(session, now);
    most = Math.max(most, now);
  };
  await using server = await startH2(
    ({ stream, session }) => {
      change(session, 1);
      setTimeout(() => {
        change(session, -1);
        ok({ stream });
      }, 50);
    },
    { maxConcurrentStreams: 3 },
  );
  const report = await run({ port: server.port, maxConnections: 2 });
  expect(report.errors).toEqual({});
  expect(report.total.completed).toBe(50);
  expect(most).toBe(3);
  expect(server.sessions).toBe(2);
});

it('drops at once what finds every stream taken and the queue full', async () => {
  await using server = await startH2(({ stream }) => setTimeout(() => ok({ stream }), 300), {
    maxConcurrentStreams: 3,
  });
  const report = await run({ port: server.port, maxConnections: 1, maxQueue: 2 });
  expect(report.total.completed + report.total.dropped).toBe(50);
  // In 0.2 s none of the three streams has come free: those, and the two in the queue.
  expect(report.total.completed).toBeGreaterThanOrEqual(5);
  expect(report.total.dropped).toBeGreaterThan(10);
});

it('sends a refused stream once more, and fails it when it is refused again', async () => {
  const refuse = (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
  let refused = 0;
  await using once50 = await startH2(({ stream }) => {
    if (refused++ === 10) refuse(stream);
    else ok({ stream });
  });
  const sent = await run({ port: once50.port });
  expect(sent.total.completed).toBe(50);
  expect(refused).toBe(51);
  expect([sent.reached, sent.resent]).toEqual([51, 1]);
  await using never = await startH2(({ stream }) => refuse(stream));
  const report = await run({ port: never.port });
  expect(report.errors).toEqual({ 'h2 reset REFUSED_STREAM': 50 });
  expect([report.reached, report.resent]).toEqual([100, 50]);
});

it('names what a stream was reset with, also in the middle of its answer', async () => {
  let nth = 0;
  await using server = await startRawH2((stream) => {
    if (++nth % 2) return stream.reset(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    stream.begin('it is');
    stream.reset(constants.NGHTTP2_CANCEL);
  });
  const report = await run({ port: server.port });
  expect(report.errors).toEqual({ 'h2 reset ENHANCE_YOUR_CALM': 25, 'h2 reset CANCEL': 25 });
  expect(report.phases.connect.totalCount).toBe(1);
});

it('takes a graceful goaway for no failure, and goes on with another connection', async () => {
  // Only one goes away, so that nothing can be turned away by two connections in turn, however late it is sent.
  await using server = await startH2(({ stream, session, nth }) => {
    ok({ stream });
    // Not while Node's parser is at it: now and then that ends the whole process.
    if (nth === 10) setImmediate(() => session.close());
  });
  const report = await run({ port: server.port, maxConnections: 1 });
  expect(report.errors).toEqual({});
  expect(report.total.completed).toBe(50);
  expect(server.sessions).toBeGreaterThan(1);
});

it('fails what a goaway with an error takes down, and says which', async () => {
  await using server = await startH2(({ stream, session, nth }) => {
    if (nth === 5) session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    else ok({ stream });
  });
  const report = await run({ port: server.port });
  expect(Object.keys(report.errors)).toEqual(['h2 goaway ENHANCE_YOUR_CALM']);
  expect(report.total.completed).toBeGreaterThan(20);
});

it('fails answers that a closed connection cuts short', async () => {
  await using server = await startRawH2((stream) => {
    stream.begin('it is');
    setTimeout(() => stream.socket.end(), 20);
  });
  const report = await run({ port: server.port });
  expect(report.total.failed).toBe(50);
  // A request may also be on its way when the connection ends.
  const kinds = ['closed in the response', 'closed before the response'];
  expect(Object.keys(report.errors).filter((kind) => !kinds.includes(kind))).toEqual([]);
  expect(report.errors['closed in the response']).toBeGreaterThan(0);
});

it('fails what a kept connection took down that ended without a word', async () => {
  let nth = 0;
  await using server = await startRawH2((stream) => {
    if (++nth === 20) {
      stream.socket.end();
    } else if (!stream.socket.writableEnded) {
      stream.begin('it is ok');
      stream.end();
    }
  });
  const report = await run({ port: server.port });
  expect(Object.keys(report.errors)).toEqual(['closed before the response']);
  expect(report.errors['closed before the response']).toBeGreaterThan(0);
  // What met the end as it was written cannot have been read, and is sent again; on a busy machine all may have been written before it.
  expect([nth, report.reached, report.resent]).toEqual([50, 50, report.unsent]);
  expect(report.phases.connect.totalCount).toBeLessThanOrEqual(2);
});

it('gives up on silence stream by stream, and keeps the connection', async () => {
  await using server = await startH2(({ stream, nth }) => {
    if (nth % 2) ok({ stream });
  });
  const report = await run({ port: server.port, timeoutMs: 300 });
  // Of the others, a machine may be too busy to read some in time; what nobody answers is never completed.
  expect(report.errors).toEqual({});
  expect(report.total.completed + report.total.timedOut).toBe(50);
  expect(report.total.timedOut).toBeGreaterThanOrEqual(25);
  expect(report.total.completed).toBeGreaterThan(0);
  expect(server.sessions).toBe(1);
});

it('turns a refused connection into failures', async () => {
  const report = await run({ port: await refusingPort() });
  expect(report.errors).toEqual({ 'connect ECONNREFUSED': 50 });
});

it.each([
  ['without TLS', false, /got "h2 not spoken: .*", expected HTTP\/2 without TLS/, 'SetUnencryptedHTTP2'],
  ['over TLS', true, /got ".*(TLS agreed on|NO_APPLICATION_PROTOCOL).*", expected HTTP\/2 over TLS/, 'NextProtos'],
])('refuses to load a target that speaks only HTTP/1.1 %s', async (_, tls, message, hint) => {
  const options = tls ? { tls: { ...pems, ALPNProtocols: ['http/1.1'] } } : {};
  await using server = await startRawServer(({ socket }) => socket.end(response(400)), options);
  const failing = run({ port: server.port, ...(tls ? { tls: { insecure: true } } : {}) });
  await expect(failing).rejects.toMatchObject({
    code: 'not-h2',
    exitCode: 3,
    message: expect.stringMatching(message),
    hint: expect.stringContaining(hint),
  });
});

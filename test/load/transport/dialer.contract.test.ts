import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { fstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runClosedLoad } from '../../../src/load/closed/load.ts';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import { descriptorOf, openDialer } from '../../../src/load/transport/dialer.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import { makeCertificate } from '../../helpers/certificate.ts';
import { bareContext, imbalance, type LoadReport, plainRequest, planFor, reportOf } from '../load-run.ts';
import { response, startRawServer } from '../raw-server.ts';

let folder: string;
let files: ReturnType<typeof makeCertificate>;
let pems: { readonly cert: Buffer; readonly key: Buffer };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-dialer-'));
  files = makeCertificate(folder);
  pems = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function run(plan: Partial<LoadPlan> & { port?: number }): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  const { port = 0, ...rest } = plan;
  const whole = planFor(port, { startInMs: 20, ...rest });
  await runOpenLoad(whole, { ...bareContext, emit: (message) => messages.push(message) });
  const report = reportOf(messages, whole.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return report;
}

const startTls = (tls = {}, body = 'it is ok') =>
  startRawServer(({ socket }) => socket.write(response(200, body)), { tls: { ...pems, ...tls } });

it('speaks HTTPS to a certificate that is in order, and keeps its connections', async () => {
  // Longer than one TLS record, so that the body comes in several reads.
  await using server = await startTls({}, `${'x'.repeat(50_000)}it is ok`);
  const expectOk = { ...plainRequest, expect: { status: [200], bodyContains: 'is ok' } };
  const report = await run({
    port: server.port,
    tls: { ca: files.cert, insecure: false },
    requests: [expectOk],
    maxConnections: 5,
  });
  expect(report.errors).toEqual({});
  expect(report.total.completed).toBe(50);
  expect(server.connections).toBeLessThanOrEqual(5);
});

it('fails every arrival when nobody vouches for the certificate', async () => {
  await using server = await startTls();
  const report = await run({ port: server.port, tls: { insecure: false } });
  expect(report.errors).toEqual({ 'tls DEPTH_ZERO_SELF_SIGNED_CERT': 50 });
  expect(server.requests.length).toBe(0);
});

it('fails every arrival when the certificate is for another name', async () => {
  await using server = await startTls();
  const tls = { ca: files.cert, serverName: 'bank.example', insecure: false };
  const report = await run({ port: server.port, tls });
  expect(report.errors).toEqual({ 'tls ERR_TLS_CERT_ALTNAME_INVALID': 50 });
});

it('asks for the server by the name it is told', async () => {
  const names: (string | false)[] = [];
  await using server = await startTls({
    SNICallback: (name: string, done: (error: null) => void) => {
      names.push(name);
      done(null);
    },
  });
  const report = await run({ port: server.port, tls: { ca: files.cert, serverName: 'shop.example', insecure: false } });
  expect(report.total.completed).toBe(50);
  expect(new Set(names)).toEqual(new Set(['shop.example']));
});

it('takes any certificate when it is told to', async () => {
  await using server = await startTls();
  const report = await run({ port: server.port, tls: { insecure: true } });
  expect(report.total.completed).toBe(50);
});

it.each(['open', 'closed'])(
  'asks for the name of its host, whatever address and Host header it has: %s',
  async (mode) => {
    const names: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void) => {
      names.push(name);
      done(null);
    };
    await using server = await startTls({ SNICallback });
    const host = 'shop.example';
    const headers = { Host: 'other.example' };
    const plan = { port: server.port, host, addresses: [{ host: '127.0.0.1', port: server.port }] };
    const tls = mode === 'open' ? { ca: files.cert, insecure: false } : { insecure: true };
    const requests = [{ ...plainRequest, headers }];
    if (mode === 'open') {
      expect((await run({ ...plan, tls, requests })).errors).toEqual({});
      // Its certificate is for 127.0.0.1 and shop.example.
      const report = await run({ ...plan, tls, host: 'bank.example' });
      expect(report.errors).toEqual({ 'tls ERR_TLS_CERT_ALTNAME_INVALID': 50 });
    } else {
      const steps = [{ name: '', shape: { kind: 'closed', connections: 2 }, durationMs: 100, measure: true }] as const;
      const whole = planFor(server.port, { startInMs: 20, ...plan, tls, requests, steps });
      await runClosedLoad(whole, { ...bareContext, emit: () => {} });
    }
    expect(names).toContain(host);
    expect(names.filter((name) => name !== host && name !== 'bank.example')).toEqual([]);
    expect(server.requests[0]).toContain('\r\nHost: other.example\r\n');
  },
);

it('shows its own certificate', async () => {
  const asksForOne = { tls: { ...pems, requestCert: true, rejectUnauthorized: false } };
  await using server = await startRawServer(({ socket }) => {
    const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate();
    socket.write(response(fingerprint256 === new X509Certificate(pems.cert).fingerprint256 ? 200 : 403));
  }, asksForOne);
  const without = await run({ port: server.port, tls: { ca: files.cert, insecure: false } });
  expect(without.errors).toEqual({ 'status 403': 50 });
  const tls = { ca: files.cert, cert: files.cert, key: files.key, insecure: false };
  expect((await run({ port: server.port, tls })).total.completed).toBe(50);
});

it('counts a target that speaks no TLS as failed', async () => {
  await using server = await startRawServer(() => {});
  const report = await run({ port: server.port, tls: { insecure: true }, timeoutMs: 300 });
  expect(report.total.completed).toBe(0);
  expect(report.total.failed + report.total.timedOut).toBe(50);
});

it('speaks over a Unix socket', async () => {
  const socket = join(folder, 'api.sock');
  await using server = await startRawServer(({ socket: to }) => to.write(response(200)), { socket });
  const report = await run({ host: 'localhost', port: 80, socket });
  expect(report.total.completed).toBe(50);
  expect(server.requests[0]).toContain('\r\nHost: localhost\r\n');
});

it('says that a Unix socket is not there', async () => {
  const report = await run({ host: 'localhost', port: 80, socket: join(folder, 'nothing.sock') });
  expect(report.errors).toEqual({ 'connect ENOENT': 50 });
});

it('opens connections to several addresses in turn', async () => {
  const taken: Record<string, number> = {};
  await using server = await startRawServer(
    ({ socket, nthOnSocket }) => {
      const address = socket.localAddress ?? '';
      if (nthOnSocket === 1) taken[address] = (taken[address] ?? 0) + 1;
      socket.end(response(200, 'ok', ['Connection: close']));
    },
    { host: '0.0.0.0' },
  );
  const addresses = ['127.0.0.2', '127.0.0.3'];
  const report = await run({
    port: server.port,
    host: 'localhost',
    addresses: addresses.map((host) => ({ host, port: server.port })),
    maxConnections: 1,
  });
  expect(report.total.completed).toBe(50);
  // One connection after the other, one answer on each.
  expect(taken).toEqual({ '127.0.0.2': 25, '127.0.0.3': 25 });
});

it.each(['here', 'there'])(
  'says that a socket is closing while its descriptor is still its own, ended %s',
  async (end) => {
    await using server = await startRawServer(({ socket }) => socket.resetAndDestroy());
    const to = { host: '127.0.0.1', port: server.port };
    const dialer = await openDialer(to);
    const said: unknown[] = [];
    const socket = dialer.dial(to, undefined, () => {
      const fd = descriptorOf(socket);
      said.push(fd >= 0 && fstatSync(fd).isSocket());
    });
    socket.on('error', () => {});
    await once(socket, 'connect');
    if (end === 'here') socket.destroy();
    else socket.write('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said).toEqual([true]);
    expect(descriptorOf(socket)).toBe(-1);
  },
);

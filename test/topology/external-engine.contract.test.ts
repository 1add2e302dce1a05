/** Attaching to named targets: looked at, never started, never stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExternalTarget } from '../../src/model/scenario.ts';
import type { LogLine, TargetExit } from '../../src/model/topology.ts';
import { externalEngine } from '../../src/topology/external-engine.ts';
import { type TestRun, testRun } from '../helpers/run-context.ts';

let server: Server;
let base: string;
let folder: string;
beforeEach(async () => {
  server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const attach = (targets: readonly ExternalTarget[], run: TestRun = testRun(), goDebug: string[] = []) =>
  externalEngine.up({ engine: 'external', targets, readyTimeoutMs: 2000 }, goDebug, run.context);

it('shows named targets with their addresses', async () => {
  const topology = await attach([
    { name: 'web', pprof: `${base}/debug/pprof/`, metrics: `${base}/metrics` },
    { name: 'api-2', pprof: `${base}/debug/pprof` },
  ]);
  expect(topology.targets).toEqual([
    {
      id: 'web-1',
      service: 'web',
      ports: {},
      pprofUrl: `${base}/debug/pprof`,
      metricsUrl: `${base}/metrics`,
      pid: undefined,
    },
    { id: 'api-2', service: 'api', ports: {}, pprofUrl: `${base}/debug/pprof`, metricsUrl: undefined, pid: undefined },
  ]);
  await topology.down();
  await topology.down();
  expect((await fetch(base)).status).toBe(200);
});

it('follows a log from its end, as stderr', async () => {
  const path = join(folder, 'web.log');
  await writeFile(path, 'before\n');
  const topology = await attach([{ name: 'web', logs: path }]);
  const lines: LogLine[] = [];
  topology.onLog((line) => lines.push(line));
  await appendFile(path, 'SCHED 1000ms: gomaxprocs=2\n');
  await expect
    .poll(() => lines)
    .toEqual([{ target: 'web-1', stream: 'stderr', text: 'SCHED 1000ms: gomaxprocs=2', atUs: expect.any(Number) }]);
  await topology.down();
});

it('reports the end of a process it was told to watch, and does not end it itself', async () => {
  const child = spawn('sleep', ['20']);
  await once(child, 'spawn');
  const exits: TargetExit[] = [];
  const first = await attach([{ name: 'web', pid: child.pid ?? 0 }]);
  await first.down();
  expect(child.exitCode).toBeNull();
  expect(child.signalCode).toBeNull();

  const second = await attach([{ name: 'web', pid: child.pid ?? 0 }]);
  second.onChange((exit) => exits.push(exit));
  child.kill('SIGKILL');
  await expect.poll(() => exits).toMatchObject([{ target: 'web-1', message: `web-1 (process ${child.pid}) ended` }]);
  await second.down();
});

it('refuses addresses elsewhere and names that clash, all at once', async () => {
  const targets = [
    { name: 'web', pprof: 'http://10.1.2.3:6060/debug/pprof' },
    { name: 'web-1', metrics: 'https://localhost/metrics' },
    { name: 'api', pprof: 'localhost:6060' },
  ];
  await expect(attach(targets)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /targets\[0\]\.pprof .*10\.1\.2\.3.*example.*\n.*targets\[1\]\.name "web-1" is already taken\n.*targets\[1\]\.metrics .*\n.*targets\[2\]\.pprof/,
    ),
  });
});

it('says which target does not answer', async () => {
  server.removeAllListeners('request');
  server.on('request', (_request, response) => response.writeHead(404).end('404 page not found'));
  const run = testRun();
  const failure = externalEngine.up(
    { engine: 'external', targets: [{ name: 'web', pprof: `${base}/pprof` }], readyTimeoutMs: 80 },
    [],
    run.context,
  );
  await expect(failure).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringContaining('pprof/ answered 404: 404 page not found'),
  });
});

it.each([
  ['log-missing', { name: 'web', logs: '/nowhere/web.log' }],
  ['pid-missing', { name: 'web', pid: 2 ** 22 + 1 }],
])('%s is an error of the environment', async (code, target) => {
  await expect(attach([target])).rejects.toMatchObject({ code, exitCode: 3 });
});

it('warns that GODEBUG of running targets is not its to set', async () => {
  const topology = await attach([{ name: 'web', pprof: base }], testRun(), ['schedtrace=1000']);
  expect(topology.warnings).toEqual([expect.stringContaining('GODEBUG=schedtrace=1000')]);
  await topology.down();
});

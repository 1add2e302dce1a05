/** Attaching to named targets: looked at, never started, never stopped. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FaultAction } from '../../src/model/fault.ts';
import type { LogLine, TargetChange, TargetExit } from '../../src/model/topology.ts';
import type { ExternalTarget } from '../../src/model/topology-spec.ts';
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
  externalEngine.up({ engine: 'external', targets, readyTimeoutMs: 50_000 }, goDebug, run.context);

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
  const child = spawn('sleep', ['600']);
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

it('refuses what is no address and names that clash, all at once', async () => {
  const targets = [
    { name: 'web', pprof: 'http://127.0.0.1:6060/debug/pprof' },
    { name: 'web-1', metrics: 'https://localhost/metrics' },
    { name: 'api', pprof: 'localhost:6060' },
  ];
  await expect(attach(targets)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /targets\[1\]\.name "web-1" is already taken\n.*targets\[1\]\.metrics .*\n.*targets\[2\]\.pprof/,
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

it('has nothing done to it but by commands, and says how', async () => {
  const of = { service: 'web' };
  expect(externalEngine.faultMistake?.({ kind: 'pause', of })).toMatch(
    /give the command that does it.*run: \[systemctl, stop, api\]/,
  );
  expect(externalEngine.faultMistake?.({ kind: 'run', command: ['true'] })).toBeUndefined();
  const topology = await attach([{ name: 'web', pprof: `${base}/debug/pprof` }]);
  const lines: LogLine[] = [];
  topology.onLog((line) => lines.push(line));
  const { signal } = testRun().context;
  const file = join(folder, 'stopped');
  const inject = (action: FaultAction) => topology.faults?.inject(action, [], signal);
  await expect(inject({ kind: 'pause', of })).rejects.toMatchObject({ code: 'fault-failed' });
  await inject({ kind: 'run', command: ['/bin/sh', '-c', 'echo so; touch "$0"', file], undo: ['rm', file] });
  expect(existsSync(file)).toBe(true);
  expect(lines).toMatchObject([{ target: 'faults', text: 'so' }]);
  await topology.down();
  expect(existsSync(file)).toBe(false);
});

it('is not attached to where a condition asks a service that is not among its targets', async () => {
  const asked = { faults: [], asked: [{ name: 'roles.leader', service: 'db' }] };
  const { context } = testRun();
  const targets = [{ name: 'web', pprof: `${base}/debug/pprof` }];
  await expect(
    externalEngine.up({ engine: 'external', targets, readyTimeoutMs: 50_000 }, [], context, asked),
  ).rejects.toMatchObject({ exitCode: 2, message: 'roles.leader: db is no service of topology.targets (it has: web)' });
});

it.skipIf(process.platform !== 'linux')('follows a process that a command starts again where it listened', async () => {
  const services = fileURLToPath(new URL('../fixtures/services', import.meta.url));
  const binary = join(folder, 'server');
  await promisify(execFile)('go', ['build', '-o', binary, './server'], { cwd: services });
  const { port } = server.address() as AddressInfo;
  const address = `127.0.0.2:${port}`;
  const child = spawn(binary, [], { env: { LISTEN_ADDR: address }, stdio: 'ignore' });
  const page = `http://${address}/debug/pprof`;
  await expect
    .poll(() =>
      fetch(page).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  const topology = await attach([{ name: 'web', pprof: page, pid: child.pid }]);
  const [target] = topology.targets;
  const changes: TargetChange[] = [];
  topology.onChange((change) => changes.push(change));
  const { signal } = testRun().context;
  const again = 'LISTEN_ADDR="$1" "$2" >/dev/null 2>&1 & echo $! >"$3"';
  const undo = ['/bin/sh', '-c', again, 'sh', address, binary, join(folder, 'pid')];
  const fault = await topology.faults?.inject({ kind: 'run', command: ['kill', `${child.pid}`], undo }, [], signal);
  await expect.poll(() => target?.isAway).toBe(true);
  await fault?.undo?.(signal);
  await expect.poll(() => target?.isAway).toBe(false);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  expect(target?.pid).toBe(pid);
  expect(changes.map(({ event }) => event)).toEqual(['exit', 'restart']);
  await topology.down();
  expect((await fetch(page)).status).toBe(200);
  process.kill(pid, 'SIGKILL');
});

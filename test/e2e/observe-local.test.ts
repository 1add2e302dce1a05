/** `rampart observe` with real Go services that somebody else started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { cli, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { downstreamProgram } from '../helpers/go-programs.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const binary = await downstreamProgram();

let directory: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  directory = workDirectory();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A service on an address of its own; its stderr goes to a file, opened as the shell opens `2>>FILE`. */
async function start(address: string, log: string, godebug = 'gctrace=1,schedtrace=500'): Promise<ChildProcess> {
  const env = {
    PATH: process.env['PATH'],
    LISTEN_ADDR: `${address}:18080`,
    PPROF_ADDR: `${address}:16060`,
    ADVERTISE_HOST: address,
    GODEBUG: godebug,
  };
  const child = spawn(binary, { env, stdio: ['ignore', 'ignore', openSync(join(directory, log), 'a')] });
  started.push(child);
  await vi.waitFor(async () => expect((await fetch(`http://${address}:18080/healthz`)).status).toBe(200), 60_000);
  return child;
}

function seriesOf(result: RunResult, target: string): string[] {
  return result.series.filter((series) => series.target === target).map(({ name }) => name);
}

describe('rampart observe', () => {
  it('looks at processes by pid and port, at a URL and at a log until Ctrl-C, and leaves them as they are', async () => {
    const services = [
      await start('127.62.0.1', 'a.log'),
      await start('127.62.0.2', 'b.log'),
      await start('127.62.0.3', 'c.log'),
      await start('127.62.0.4', 'd.log'),
    ];
    const flags = [
      ...['--target', `api=pid:${services[0]?.pid}`],
      ...['--port', '127.62.0.2:18080'],
      ...['--url', 'http://127.62.0.3:16060'],
      ...['--log', 'd.log'],
    ];
    const observing = startCli(['observe', ...flags, '--out', 'run', '--json'], directory);
    await observing.sees('observing until Ctrl-C');
    await vi.waitFor(() => {
      const seen = ndjson<{ target: string; values: Record<string, number> }>('readings.ndjson');
      const sees = (target: string, name: string) =>
        expect(
          seen.some((one) => one.target === target && name in one.values),
          `${name} of ${target}`,
        ).toBe(true);
      for (const target of ['api-1', 'downstream-1', 'downstream-2', 'd-1']) sees(target, 'sched.runqueue');
      for (const target of ['api-1', 'downstream-1', 'downstream-2']) sees(target, 'container.cpu_percent');
    }, 180_000);
    observing.child.kill('SIGINT');
    const { code, stdout, stderr } = await observing.end;
    expect(code, stderr).toBe(0);

    const result = readResult(join(directory, 'run'));
    expect(JSON.parse(stdout)).toEqual(result);
    expect(result).toMatchObject({
      status: 'complete',
      validity: { verdict: 'valid' },
      environment: { engine: 'observe' },
      steps: [{ name: 'observed', kind: 'measure', load: { planned: 0 }, responseUs: { count: 0 } }],
    });
    for (const ofLoad of ['load', 'validity', 'seed', 'target']) expect(result.scenario).not.toHaveProperty(ofLoad);
    for (const target of ['api-1', 'downstream-1', 'downstream-2']) {
      const names = seriesOf(result, target);
      for (const name of ['sched.runqueue', 'goroutines.total', 'go.goroutines', 'container.cpu_percent'])
        expect(names).toContain(name);
    }
    expect(seriesOf(result, 'd-1').filter((name) => !name.startsWith('sched.') && !name.startsWith('gc.'))).toEqual([]);
    expect(result.steps[0]?.targets['d-1']?.['sched.gomaxprocs']?.last).toBeGreaterThan(0);
    expect(readFileSync(join(directory, 'run', 'report.html'), 'utf8')).not.toContain('Response and service time');
    expect(services.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([null, null, null, null]);
  });

  it('says when a service ends, finds it again when it is back, and follows its log where it was moved away', async () => {
    const first = await start('127.62.0.5', 'api.log');
    const observing = startCli(['observe', '--port', '127.62.0.5:18080', '--out', 'run'], directory);
    await observing.sees('observing until Ctrl-C');
    first.kill('SIGTERM');
    await once(first, 'exit');
    await observing.sees(`process ${first.pid} (downstream) ended`);
    renameSync(join(directory, 'api.log'), join(directory, 'api.log.1'));
    const second = await start('127.62.0.5', 'api.log');
    await observing.sees(`process ${second.pid} (downstream) listens in its place`);
    const atUs = () => readEvents().find(({ event }) => event === 'restart')?.atUs ?? Number.POSITIVE_INFINITY;
    const readEvents = () => ndjson<{ event?: string; atUs: number }>('events.ndjson');
    await vi.waitFor(() => {
      const later = ndjson<{ atUs: number; source: string }>('readings.ndjson').filter((one) => one.atUs > atUs());
      expect([...new Set(later.map(({ source }) => source))]).toEqual(
        expect.arrayContaining(['schedtrace', 'goroutines', 'metrics', 'containers']),
      );
    }, 180_000);
    observing.child.kill('SIGTERM');
    expect((await observing.end).code).toBe(0);
    const result = readResult(join(directory, 'run'));
    expect(result.events.map(({ kind, target }) => [kind, target])).toEqual([
      ['phase', undefined],
      ['exit', 'downstream-1'],
      ['restart', 'downstream-1'],
    ]);
    expect(result.status).toBe('complete');
  });

  it('ends by itself after --for', async () => {
    await start('127.62.0.6', 'api.log', '');
    const { code, stderr } = await cli(
      ['observe', '--url', 'http://127.62.0.6:16060', '--for', '2s', '--out', 'run'],
      directory,
    );
    expect(code, stderr).toBe(0);
    const result = readResult(join(directory, 'run'));
    expect(result.steps[0]?.durationUs).toBeGreaterThanOrEqual(2_000_000);
    expect(result.observers.map(({ kind }) => kind)).toEqual(['goroutines', 'metrics', 'containers']);
    expect(result.scenario['observe']).toMatchObject({ goroutines: { everyMs: 5000 }, metrics: { everyMs: 1000 } });
    expect((await typedCommand(['report', 'run'], directory)).code).toBe(0);
    expect(readResult(join(directory, 'run'))).toEqual(result);
  });

  it('leaves a result that says why where it could not begin', async () => {
    await start('127.62.0.9', 'api.log', '');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const flags = ['--url', 'http://127.62.0.9:16060', '--metrics-port', port, '--out', 'run'];
    const { code, stdout, stderr } = await cli(['observe', ...flags], directory);
    taken.close();
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(port);
    expect(stdout).toBe('');
    expect(readResult(join(directory, 'run'))).toMatchObject({
      status: 'failed',
      failure: { code: 'port-taken' },
      environment: { engine: 'observe' },
      steps: [],
    });
  });

  it('tells everything that is not there or not Go at once, and what is there instead', async () => {
    await start('127.62.0.7', 'api.log');
    const flags = [
      ...['--pid', '4194305'],
      ...['--pid', String(process.pid)],
      ...['--port', '127.62.0.8:18080'],
      ...['--url', 'http://127.62.0.7:18080'],
      ...['--log', 'nowhere.log'],
    ];
    const { code, stderr } = await cli(['observe', ...flags], directory);
    expect(code).toBe(3);
    expect(stderr).toContain('--pid 4194305: there is no process 4194305');
    expect(stderr).toMatch(
      /--pid \d+: process \d+ .* is not a Go process: its executable .*node.* has no Go build information/,
    );
    expect(stderr).toContain('--port 127.62.0.8:18080: nothing listens on port 18080 of 127.62.0.8');
    expect(stderr).toMatch(
      /--url http:\/\/127\.62\.0\.7:18080: neither pprof nor metrics answer: asked http\S+\/debug\/pprof: /,
    );
    expect(stderr).toContain('net/http/pprof');
    expect(stderr).toMatch(/--log nowhere\.log: the log cannot be read: ENOENT/);
    expect(stderr).toMatch(/Go processes that listen here: .*downstream \(.*127\.62\.0\.7:16060/);
    expect(existsSync(join(directory, 'runs'))).toBe(false);
  });
});

function ndjson<T>(file: string): T[] {
  const path = join(directory, 'run', 'raw', file);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as T);
}

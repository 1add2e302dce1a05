/** Load on what already runs, without a file: what is sent, what is looked at, and that a file of it does the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { type CliEnd, cli, expectComplete, readResult, workDirectory } from '../helpers/cli.ts';
import { downstreamProgram } from '../helpers/go-programs.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const directory = workDirectory();
/** Of a machine that does much else beside. */
const patient = ['--set', 'validity={ maxLagP99: 5s, maxOwnShare: 1 }', '--set', 'load.idle=100ms'];

/** A request that came. */
interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
  readonly header: string | undefined;
}

/** What two runs of the same are alike in. */
const asked = ({ scenario }: RunResult) => scenario;

describe('a server of anybody', () => {
  const seen: Seen[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(async (request: IncomingMessage, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push({
        method: request.method,
        url: request.url,
        body,
        header: request.headers['x-a'] as string | undefined,
      });
      response.statusCode = request.url === '/debug/pprof/goroutine?debug=1' ? 404 : 200;
      if (request.url === '/slow') setTimeout(() => response.end('ok'), 200);
      else response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/items?id=1`;
  });
  afterAll(() => server.close());

  describe('that is loaded by flags, and by the file that is printed of them', () => {
    const flags = [
      ...['--rate', '50/s..100/s', '--stairs', '2', '--for', '2s'],
      ...['-d', '{"id":1}', '-H', 'X-A: b', '--slo', 'errors < 1%', ...patient],
    ];
    let printed = '';
    let byFlags: CliEnd;
    let byFile: CliEnd;
    let ofFlags: Seen[];
    let ofFile: Seen[];
    beforeAll(async () => {
      printed = (await typedCommand(['run', url, ...flags, '--print-scenario'], directory)).stdout;
      writeFileSync(join(directory, 'kept.yaml'), printed);
      seen.length = 0;
      byFlags = await cli(['run', url, ...flags, '-o', 'of-flags'], directory);
      ofFlags = seen.splice(0);
      byFile = await cli(['run', 'kept.yaml', '-o', 'of-file'], directory);
      ofFile = seen.splice(0);
    });

    it('gets what flags say, and is asked for its runtime once', () => {
      const result = readResult(join(directory, 'of-flags'));
      expectComplete(byFlags, result);
      expect(result.steps.slice(0, 2).map(({ load }) => [load.planned, load.completed])).toEqual([
        [50, 50],
        [100, 100],
      ]);
      expect(byFlags.stderr).toContain('asked once for /debug/pprof and /metrics): only the load is seen');
      const load = ofFlags.filter((each) => each.method === 'POST');
      expect(load).toHaveLength(150);
      expect(new Set(load.map((each) => JSON.stringify(each)))).toEqual(
        new Set([JSON.stringify({ method: 'POST', url: '/items?id=1', body: '{"id":1}', header: 'b' })]),
      );
      const others = ofFlags.filter((each) => each.method !== 'POST');
      expect(others.map((each) => each.url)).toEqual(['/debug/pprof/goroutine?debug=1', '/metrics']);
    });

    it('gets the same from the file', () => {
      const result = readResult(join(directory, 'of-file'));
      expectComplete(byFile, result);
      expect(ofFile).toEqual(ofFlags.filter((each) => !/debug|metrics/.test(each.url ?? '')));
      expect(asked(result)).toEqual(asked(readResult(join(directory, 'of-flags'))));
      expect(readFileSync(join(directory, 'of-flags', 'scenario.yaml'), 'utf8')).toBe(printed);
    });
  });

  it('gets nothing at all from a dry run, from check, from a URL without a command and from a refusal', async () => {
    seen.length = 0;
    const typed = async (...args: string[]) => await typedCommand(args, directory);
    writeFileSync(join(directory, 'x.yaml'), (await typed('run', url, '--print-scenario', '--pprof', 'off')).stdout);
    expect((await typed('run', url, '--dry-run')).code).toBe(0);
    expect((await typed('check', 'x.yaml')).code).toBe(0);
    expect((await typed(url)).code).toBe(2);
    expect((await typed('run', url, '--rate', '7')).code).toBe(2);
    expect(seen).toEqual([]);
  });

  it('is kept busy by a closed loop where there are connections and no rate', async () => {
    const end = await cli(['run', url, '-c', '3', '--for', '1s', '-o', 'closed', '-q', '--json'], directory);
    const result = JSON.parse(end.stdout) as RunResult;
    expectComplete(end, result);
    expect(end.stderr).toBe('');
    expect(result.scenario.load?.mode).toBe('closed');
    expect(result.steps[0]?.load.completed).toBeGreaterThan(3);
  });

  it('has its rule broken: exit 1', async () => {
    const end = await cli(
      ['run', new URL('/slow', url).href, '--for', '1s', '--slo', 'p50 < 20ms', ...patient, '-q', '-o', 'broken'],
      directory,
    );
    expect([1, 4], end.stderr).toContain(end.code);
    expect(readResult(join(directory, 'broken')).slo[0]?.outcome).toBe('fail');
  });

  it('is asked how much it holds', async () => {
    const flags = ['--slo', 'p50 < 5s', '--from', '50/s', '--max', '50/s', '--probe', '2s'];
    const end = await cli(['capacity', url, ...flags, ...patient, '--json', '-o', 'capacity'], directory);
    expect(end.stderr).toContain('capacity under p50 < 5s: from 50/s');
    expect(JSON.parse(end.stdout)).toHaveProperty('verdict');
  });
});

/** Looks that two seconds have room for. */
const often = ['--set', 'observe={ goroutines: 500ms, metrics: 500ms }'];

describe('a Go service with pprof at the address that is loaded', () => {
  let service: ChildProcess;
  beforeAll(async () => {
    const binary = await downstreamProgram();
    const env = { ...process.env, LISTEN_ADDR: '127.61.0.2:18080', PPROF_ADDR: '127.61.0.2:16060', DELAY: '2ms' };
    service = spawn(binary, { env, stdio: 'ignore' });
    await vi.waitFor(async () => expect((await fetch('http://127.61.0.2:18080/healthz')).status).toBe(200), 60_000);
  });
  afterAll(() => {
    service.kill();
  });

  it.each([
    ['found by asking', ['http://127.61.0.2:16060/healthz'], 'found pprof and metrics at 127.61.0.2:16060'],
    [
      'by the address that is named',
      [
        'http://127.61.0.2:18080/',
        '--pprof',
        'api=http://127.61.0.2:16060',
        '--metrics',
        'api=http://127.61.0.2:16060',
      ],
      '',
    ],
  ])('has its goroutines and its heap seen: %s', async (name, words, said) => {
    const out = name.replaceAll(' ', '-');
    const end = await cli(
      ['run', ...words, '--rate', '50/s', '--for', '2s', ...often, ...patient, '-o', out],
      directory,
    );
    const result = readResult(join(directory, out));
    expectComplete(end, result);
    expect(end.stderr).toContain(said);
    const names = result.series.map((series) => series.name);
    for (const series of ['goroutines.total', 'go.goroutines']) expect(names).toContain(series);
  });
});

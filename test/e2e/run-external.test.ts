import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cli, expectComplete, readResult, workDirectory } from '../helpers/cli.ts';
import { downstreamProgram } from '../helpers/go-programs.ts';

describe('rampart run with engine: external', () => {
  const directory = workDirectory();
  let service: ChildProcess;
  beforeAll(async () => {
    const binary = await downstreamProgram();
    const log = openSync(join(directory, 'service.log'), 'a');
    const env = {
      ...process.env,
      LISTEN_ADDR: '127.61.0.1:18080',
      PPROF_ADDR: '127.61.0.1:16060',
      DELAY: '2ms',
      GODEBUG: 'schedtrace=500',
    };
    service = spawn(binary, { env, stdio: ['ignore', 'ignore', log] });
    await vi.waitFor(async () => expect((await fetch('http://127.61.0.1:18080/healthz')).status).toBe(200), 60_000);
  });
  afterAll(() => {
    service.kill();
  });

  it('drives and observes what is already running, and leaves it running', async () => {
    writeFileSync(
      join(directory, 'external.yaml'),
      `name: external
topology:
  engine: external
  targets:
    - { name: api, pprof: "http://127.61.0.1:16060/debug/pprof", metrics: "http://127.61.0.1:16060/metrics", logs: ${join(directory, 'service.log')}, pid: ${service.pid} }
target: { url: "http://127.61.0.1:18080/" }
load: { idle: 500ms, steps: [{ name: only, rate: 100/s, for: 3s }] }
observe: { schedtrace: 500ms, goroutines: 1s, metrics: 1s, containers: 1s }
validity: { maxLagP99: 5s, maxOwnShare: 1 }
`,
    );
    const end = await cli(['run', 'external.yaml', '--out', 'run'], directory);
    const result = readResult(join(directory, 'run'));
    expectComplete(end, result);
    expect(result.steps[0]?.load).toMatchObject({ planned: 300, completed: 300 });
    const names = result.series.filter((series) => series.target.startsWith('api')).map((series) => series.name);
    for (const name of ['sched.runqueue', 'goroutines.total', 'go.goroutines', 'container.cpu_percent'])
      expect(names).toContain(name);
    expect(service.exitCode).toBeNull();
  });
});

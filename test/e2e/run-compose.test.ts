import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import {
  cli,
  containersOfRuns,
  expectComplete,
  leaveNothing,
  readResult,
  startCli,
  workDirectory,
  writeScenario,
} from '../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../helpers/docker.ts';
import { writeSmallScenario } from '../helpers/small-scenario.ts';

/** Linux counts network bytes by network namespace, so local processes have no network series of their own. */
const onlyWithContainers = ['container.network_rx_kib_s', 'container.network_tx_kib_s'];
/** Limits, and what comes of them: of local processes those of the group that they share with this test. */
const byLimit = ['container.cpu_limit_cores', 'container.memory_limit_mib', 'container.throttled_percent'];
/** Series that appear only when their cause does: a garbage collection, a wait that a profile happened to see. */
const byChance = /^(gc\.|goroutines\.|go\.gc_pause_|go\.sched_latency_|go\.cpu_)/;

let directory: string;
beforeEach(() => {
  directory = workDirectory();
});
leaveNothing(hasDocker ? 'containers' : 'processes');

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' });
}

function seriesNames(result: RunResult): string[] {
  const names = new Set(result.series.map((series) => series.name));
  const left = [...onlyWithContainers, ...byLimit];
  return [...names].filter((name) => !left.includes(name) && !byChance.test(name)).sort();
}

describe('rampart run --engine compose', () => {
  itWithDocker('gives the same series and the same accounting as the process engine', async () => {
    writeScenario(directory, [
      ['for: 2s', 'for: 1s'],
      ['rate: 400/s, for: 3s', 'rate: 200/s, for: 3s'],
    ]);
    const [compose, process] = await Promise.all(
      ['compose', 'process'].map(async (engine) => {
        const end = await cli(['run', 'short.yaml', '--engine', engine, '--out', engine], directory);
        const result = readResult(join(directory, engine));
        expectComplete(end, result);
        return result;
      }),
    );
    if (!compose || !process) throw new Error('two engines, two results');
    expect(compose.environment.engine).toBe('compose');
    // Which service a connection goes to is told by address, which only services on one network share.
    expect(seriesNames(compose)).toEqual(seriesNames(process).filter((name) => !name.startsWith('sock.to.')));
    const programs = ({ environment }: RunResult) =>
      environment.targets.map(({ id, service, go }) => [id, service, go?.version, go?.module, go?.environment]);
    expect(programs(compose)).toEqual(programs(process));
    const accounting = ({ steps }: RunResult) =>
      steps
        .filter((step) => step.kind !== 'drain')
        .map(({ name, load: { planned, completed } }) => [name, planned, completed]);
    expect(accounting(compose)).toEqual(accounting(process));
    expect(accounting(compose)).toEqual([
      ['warm-up', 100, 100],
      ['low', 200, 200],
      ['high', 600, 600],
    ]);
  });

  itWithDocker('shows the last lines of the builder when an image does not build', async () => {
    mkdirSync(join(directory, 'broken'));
    writeFileSync(join(directory, 'broken', 'Dockerfile'), 'FROM scratch\nCOPY not-there /\n');
    writeFileSync(
      join(directory, 'compose.yaml'),
      'services:\n  api:\n    build: ./broken\n    ports: ["127.0.0.1::8080"]\n',
    );
    writeFileSync(
      join(directory, 'broken.yaml'),
      'name: broken\ntopology: { compose: compose.yaml }\ntarget: { service: api, port: 8080 }\nload: { steps: [{ rate: 10/s, for: 1s }] }\n',
    );
    const { code, stderr } = await cli(['run', 'broken.yaml', '--engine', 'compose'], directory);
    expect(stderr).toMatch(/not-there.*not found/);
    expect(code).toBe(3);
  });

  itWithDocker.each([
    ['while the topology starts', 'starting project'],
    ['under load', '] warm-up'],
  ])('%s, Ctrl-C takes everything down and ends with 130', async (_, text) => {
    writeSmallScenario(directory, { seconds: 120 });
    const run = startCli(['run', 'short.yaml', '--engine', 'compose'], directory);
    await run.sees(text);
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
  });

  itWithDocker('ends early, with the reason, when a container is killed under load', async () => {
    writeSmallScenario(directory, { seconds: 120 });
    const run = startCli(['run', 'short.yaml', '--engine', 'compose', '--out', 'run'], directory);
    await run.sees('] warm-up');
    const victim = containersOfRuns().find((id) =>
      docker('inspect', '--format', '{{.Name}}', id).includes('downstream'),
    );
    docker('kill', victim ?? '');
    const { code, stderr } = await run.end;
    expect(stderr).toMatch(/downstream-\d stopped while load was running/);
    expect(code).toBe(4);
    expect(readResult(join(directory, 'run'))).toMatchObject({ status: 'partial', failure: { code: 'target-died' } });
  });
});

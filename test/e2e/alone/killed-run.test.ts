/** What a run leaves that is killed: the next run of anybody on this machine removes it, so no others may run meanwhile. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  cli,
  containersOfRuns,
  expectComplete,
  leaveNothing,
  readResult,
  servicesRunning,
  startCli,
  workDirectory,
  writeScenario,
} from '../../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../../helpers/docker.ts';

let directory: string;
beforeEach(() => {
  directory = workDirectory();
});
leaveNothing(hasDocker ? 'containers' : 'processes');

async function killUnderLoad(engine: string): Promise<void> {
  writeScenario(directory, [['for: 3s', 'for: 30s']]);
  const killed = startCli(['run', 'short.yaml', '--engine', engine, '--out', 'run'], directory);
  await killed.sees('] low');
  killed.child.kill('SIGKILL');
  await killed.end;
}

async function runNext(engine: string): Promise<string> {
  writeScenario(directory, [
    ['for: 2s', 'for: 1s'],
    ['for: 3s', 'for: 1s'],
  ]);
  const next = await cli(['run', 'short.yaml', '--engine', engine, '--out', 'next'], directory);
  expectComplete(next, readResult(join(directory, 'next')));
  return next.stderr;
}

it('what it had written can be analysed, and the next run removes what it left behind', async () => {
  await killUnderLoad('process');
  expect(servicesRunning().length).toBeGreaterThan(0);
  expect((await cli(['report', 'run'], directory)).code).toBe(4);
  expect(readResult(join(directory, 'run'))).toMatchObject({ status: 'partial' });
  expect(await runNext('process')).toMatch(/left behind by run \S+/);
});

itWithDocker('the next run removes its containers', async () => {
  await killUnderLoad('compose');
  expect(containersOfRuns().length).toBeGreaterThan(0);
  expect(await runNext('compose')).toMatch(/removing container .* left behind by run \S+/);
});

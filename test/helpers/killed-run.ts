/** A run that is killed under load, and the next one on this machine. */
import { join } from 'node:path';
import { cli, expectComplete, readResult, startCli, writeScenario } from './cli.ts';

/** Kills a run in this directory while it sends; what it has written lies in `run`. */
export async function killUnderLoad(directory: string, engine: string): Promise<void> {
  writeScenario(directory, [['for: 3s', 'for: 30s']]);
  const killed = startCli(['run', 'short.yaml', '--engine', engine, '--out', 'run'], directory);
  await killed.sees('] low');
  killed.child.kill('SIGKILL');
  await killed.end;
}

/** What the next run says, which has to be complete. */
export async function runNext(directory: string, engine: string): Promise<string> {
  writeScenario(directory, [
    ['for: 2s', 'for: 1s'],
    ['for: 3s', 'for: 1s'],
  ]);
  const next = await cli(['run', 'short.yaml', '--engine', engine, '--out', 'next'], directory);
  expectComplete(next, readResult(join(directory, 'next')));
  return next.stderr;
}

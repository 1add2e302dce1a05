/** One run of one system, by the built command, and what it left behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RunResult } from '../../../src/model/run-result.ts';
import type { System } from './systems.ts';

/** Longer than any scenario here, with its builds. */
const timeoutMs = 300_000;

/** Runs it into `directory`; why there is nothing to judge, or undefined. Whether rules held or a run is invalid is no failure here. */
export async function runSystem(
  { scenario }: System,
  engine: string,
  directory: string,
  root: string,
): Promise<string | undefined> {
  const args = ['run', scenario, '--engine', engine, '--out', directory];
  const { exitCode, stderr, timedOut } = await execa('node', [join(root, 'dist', 'cli.js'), ...args], {
    reject: false,
    timeout: timeoutMs,
    stdin: 'ignore',
  });
  if (timedOut) return `did not end within ${timeoutMs / 1000} s`;
  const judged = [0, 1, 4, 5];
  return judged.includes(exitCode ?? -1) ? undefined : `exit code ${exitCode}: ${stderr.split('\n').at(-1)}`;
}

/** The result of a run; undefined where it wrote none. */
export function readResult(directory: string): RunResult | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8')) as RunResult;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

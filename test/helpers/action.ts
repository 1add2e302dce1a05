/** The GitHub Action of this repository, and its steps as a job's shell runs them. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');

interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

/** What action.yml says. */
export function readAction(): Action {
  return parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
}

/** What a step wrote and how it ended. */
export interface StepEnd {
  readonly code: number;
  readonly text: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs one script of `.ci/action` in a job whose files lie in `temp`; `env` is added to what this process has. */
export async function runStep(
  script: string,
  { cwd, temp, env = {} }: { readonly cwd: string; readonly temp: string; readonly env?: Record<string, string> },
): Promise<StepEnd> {
  const output = join(temp, 'output');
  writeFileSync(output, '');
  const own = Object.entries(process.env).filter(([name]) => !/^(GITHUB|RUNNER)_/.test(name));
  const job = {
    ...Object.fromEntries(own),
    RUNNER_TEMP: temp,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: root,
    GITHUB_OUTPUT: output,
    GITHUB_PATH: join(temp, 'path'),
    GITHUB_STEP_SUMMARY: join(temp, 'job-summary.md'),
    ...env,
  };
  return await new Promise((resolve) => {
    const file = join(job.GITHUB_ACTION_PATH, '.ci', 'action', script);
    const child = execFile('bash', [file], { cwd, env: job }, (_error, stdout, stderr) => {
      const outputs = Object.fromEntries(
        (existsSync(output) ? readFileSync(output, 'utf8') : '')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      resolve({ code: child.exitCode ?? 1, text: stdout + stderr, outputs });
    });
  });
}

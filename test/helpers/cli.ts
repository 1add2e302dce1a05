/** The built command line as a process, in a directory of its own, and what it leaves running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../src/model/run-result.ts';

const root = join(import.meta.dirname, '..', '..');
export const composeFile = join(root, 'compose', 'compose.yaml');

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly end: Promise<CliEnd>;
  /** Resolves when stderr has shown `text`; rejects when the process ends before. */
  sees(text: string | RegExp): Promise<void>;
}

/** A new directory for one test. */
export function workDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'rampart-e2e-'));
}

/** A job that these tests run in is not told of the runs they make. */
const noJob = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: '' };

export function startCli(args: readonly string[], cwd: string, env: Record<string, string> = {}): CliProcess {
  const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...noJob, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const end = new Promise<CliEnd>((resolve) => child.once('close', (code) => resolve({ code, ...out })));
  const sees = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (typeof text === 'string' ? !out.stderr.includes(text) : !text.test(out.stderr)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      void end.then(({ code, stderr }) =>
        reject(new Error(`ended with ${code} before "${text}" was seen:\n${stderr}`)),
      );
      watch();
    });
  return { child, end, sees };
}

export function cli(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<CliEnd> {
  return startCli(args, cwd, env).end;
}

/** Writes a short scenario on the example topology; `change` replaces pieces of its text. */
export function writeScenario(
  directory: string,
  change: readonly (readonly [from: string, to: string])[] = [],
): string {
  let text = `name: short
topology:
  compose: ${composeFile}
  scale: { downstream: 2 }
  env: { downstream: { DELAY: 3ms } }
target: { service: loadbalancer, port: 8080 }
load:
  idle: 500ms
  steps:
    - { name: warm-up, rate: 100/s, for: 1s, measure: false }
    - { name: low, rate: 200/s, for: 2s }
    - { name: high, rate: 400/s, for: 3s }
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: { schedtrace: 500ms, gctrace: true, goroutines: 1s, metrics: 500ms, containers: 500ms }
`;
  for (const [from, to] of change) {
    if (!text.includes(from)) throw new Error(`the scenario has no "${from}"`);
    text = text.replace(from, to);
  }
  const file = join(directory, 'short.yaml');
  writeFileSync(file, text);
  return file;
}

export function readResult(directory: string): RunResult {
  return JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8')) as RunResult;
}

/** Pids of services that runs have started and that are still there; of runs of one scenario where it is named. */
export function servicesRunning(scenario = ''): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'utf8')
            .split('\0')
            .some((variable) => variable.startsWith('RAMPART_RUN=') && variable.includes(scenario)) &&
          !/\bZ\b/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')')[1] ?? '')
        );
      } catch {
        return false;
      }
    });
}

/** Pid of a service that this run has started, by a piece of its command line; other runs on this machine are left alone. */
export function pidOf(name: string, { child }: CliProcess): number {
  const isOwn = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(child.pid);
  const pid = servicesRunning().find((each) => {
    try {
      return isOwn(each) && readFileSync(`/proc/${each}/cmdline`, 'utf8').includes(name);
    } catch {
      return false;
    }
  });
  if (pid === undefined) throw new Error(`no ${name} is running`);
  return pid;
}

/** The built command line as a process, in a directory of its own, and what it leaves running. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
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

/** Directories and command lines of this test file: by them what their runs started is told from what others did. */
const directories: string[] = [];
const started: ChildProcess[] = [];

/** A new directory for one test. */
export function workDirectory(): string {
  const directory = join(tmpdir(), `rampart-e2e-${randomBytes(5).toString('hex')}`);
  mkdirSync(directory);
  directories.push(directory);
  return directory;
}

/** Stands in the name of a scenario that is written there, and so in the id of its runs and on all that they start. */
export const markOf = (directory: string) => basename(directory).split('-').at(-1) ?? '';

/** A job that these tests run in is not told of the runs they make. */
const noJob = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: '' };

export function startCli(args: readonly string[], cwd: string, env: Record<string, string> = {}): CliProcess {
  const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...noJob, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
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
  let text = `name: short-${markOf(directory)}
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

/** A run that came to its end: it exits as its verdict says, and nothing but a machine too busy for the generator may have made that invalid. */
export function expectComplete({ code, stderr }: CliEnd, { status, validity: { verdict, reasons } }: RunResult): void {
  expect(status, stderr).toBe('complete');
  expect(reasons.filter((reason) => !reason.code.startsWith('generator-'))).toEqual([]);
  expect(code, stderr).toBe(verdict === 'valid' ? 0 : 4);
}

interface Service {
  readonly pid: number;
  /** The pid of the run that started it. */
  readonly owner: number;
  readonly command: string;
}

/** Services that runs of this test file have started and that are still there. */
function services(): Service[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const variables = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const variable = (key: string) => variables.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1);
        const owner = Number(variable('RAMPART_OWNER')?.split(':')[0]);
        if (!isOurs(variable('RAMPART_RUN') ?? '', owner)) return [];
        if (/\bZ\b/.test(readFileSync(`/proc/${name}/stat`, 'utf8').split(')')[1] ?? '')) return [];
        return [{ pid: Number(name), owner, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
      } catch {
        return [];
      }
    });
}

function isOurs(run: string, owner: number): boolean {
  return started.some(({ pid }) => pid === owner) || directories.some((directory) => run.includes(markOf(directory)));
}

/** Their pids. */
export function servicesRunning(): number[] {
  return services().map(({ pid }) => pid);
}

/** Containers that runs of this test file have started and that are still there, running or not. */
export function containersOfRuns(): string[] {
  const format = '{{.ID}} {{.Label "dev.rampart.run"}} {{.Label "dev.rampart.owner"}}';
  const all = ['ps', '--all', '--filter', 'label=dev.rampart.run', '--format', format];
  return execFileSync('docker', all, { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [id = '', run = '', owner = ''] = line.split(' ');
      return isOurs(run, Number(owner.split(':')[0])) ? [id] : [];
    });
}

/**
 * After each test of this file ends what it left: command lines, services and, if asked for, containers, so that the next one begins with
 * nothing. Services and containers that a test which had passed left behind fail it.
 */
export function leaveNothing(what: 'processes' | 'containers' = 'processes'): void {
  afterEach(({ task }) => {
    const left = endAll(what);
    if (task.result?.state !== 'fail') expect(left).toEqual([]);
  });
  afterAll(() => void endAll(what));
}

function endAll(what: 'processes' | 'containers'): string[] {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  const processes = services();
  for (const { pid } of processes) kill(pid);
  const containers = what === 'containers' ? containersOfRuns() : [];
  if (containers.length > 0) execFileSync('docker', ['rm', '--force', ...containers], { stdio: 'ignore' });
  return [...processes.map(({ command }) => command), ...containers];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was ending by itself.
  }
}

/** Pid of a service that this run has started, by a piece of its command line. */
export function pidOf(name: string, { child }: CliProcess): number {
  const found = services().find(({ owner, command }) => owner === child.pid && command.includes(name));
  if (!found) throw new Error(`no ${name} is running`);
  return found.pid;
}

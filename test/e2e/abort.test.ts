import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type CliEnd,
  cli,
  leaveNothing,
  pidOf,
  readResult,
  servicesRunning,
  startCli,
  workDirectory,
  writeScenario,
} from '../helpers/cli.ts';
import { writeSmallScenario } from '../helpers/small-scenario.ts';

let directory: string;
beforeEach(() => {
  directory = workDirectory();
  writeSmallScenario(directory, { seconds: 120 });
});
leaveNothing();

const soon = ['--set', 'load.idle=100ms'];

/** A server that is loaded, and how much it has answered. */
async function startServer() {
  let answered = 0;
  const server = createServer((_request, response) => {
    answered += 1;
    response.end('ok');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answered: () => answered,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const start = () => startCli(['run', 'short.yaml', '--engine', 'process', '--out', 'run'], directory);

describe('Ctrl-C', () => {
  it.each([
    ['while the topology starts', 'building services'],
    ['in the idle baseline', 'idle baseline'],
    ['under load', '] warm-up'],
  ])('%s takes everything down and ends with 130', async (_, text) => {
    const run = start();
    await run.sees(text);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.end;
    expect(stderr).toContain('interrupted by SIGINT');
    expect(code).toBe(130);
  });

  it('while services do not get ready takes everything down and ends with 130', async () => {
    writeScenario(directory, [
      ['{ downstream: { DELAY: 3ms } }', '{ downstream: { LOADBALANCER_ADDR: "127.0.0.1:9" } }'],
    ]);
    const run = start();
    await run.sees('building services');
    await vi.waitFor(() => expect(servicesRunning()).toHaveLength(3), 170_000);
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
  });

  it('again, while services take their time, kills them and ends at once', async () => {
    const run = start();
    await run.sees('] warm-up');
    process.kill(pidOf('downstream', run), 'SIGSTOP');
    run.child.kill('SIGINT');
    await run.sees('again to stop at once');
    const again = setInterval(() => run.child.kill('SIGINT'), 100);
    const { code, stderr } = await run.end;
    clearInterval(again);
    expect(stderr).toContain('stopped at once');
    expect(code).toBe(130);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('under load (%s, %i) keeps a partial result whose sums add up', async (signal, exitCode) => {
    await using server = await startServer();
    const run = startCli(['run', server.url, '--rate', '50/s', '--for', '120s', ...soon, '--out', 'run'], directory);
    await vi.waitUntil(() => server.answered() > 50, { timeout: 170_000 });
    run.child.kill(signal);
    expect((await run.end).code).toBe(exitCode);
    const result = readResult(join(directory, 'run'));
    expect(result).toMatchObject({
      status: 'partial',
      failure: { code: 'interrupted' },
      validity: { verdict: 'invalid' },
    });
    for (const { load } of result.steps)
      expect(load.completed + load.failed + load.timedOut + load.dropped + load.unfinished).toBe(load.planned);
  });
});

describe('a terminal that closes', () => {
  /** The command line on a terminal of its own, which ends with `terminal`. CI's own words for "no terminal" are not for it. */
  function startOnTerminal(args: readonly string[]) {
    const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
    const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
    const env = { ...process.env, TERM: 'xterm', CI: '', NO_COLOR: '' };
    const options = { cwd: directory, env, stdio: 'ignore' } as const;
    const terminal = spawn('script', ['-q', '-f', '-c', `exec ${command}`, 'terminal.txt'], options);
    onTestFinished(() => void terminal.kill('SIGKILL'));
    return terminal;
  }
  const shown = () =>
    existsSync(join(directory, 'terminal.txt')) ? readFileSync(join(directory, 'terminal.txt'), 'utf8') : '';

  it.each([
    ['run', ['run', 'short.yaml', '--engine', 'process', '--out', 'run'], 'run/result.json'],
    [
      'capacity',
      ['capacity', 'short.yaml', '--slo', 'p99 < 5s', '--engine', 'process', '--out', 'run'],
      'run/result.json',
    ],
    [
      'compare',
      ['compare', 'short.yaml', '--engine', 'process', '--vary', 'downstream.GOGC=100,off', '--out', 'run'],
      'run/comparison.json',
    ],
  ])('under %s leaves nothing but what was measured', async (_, args, kept) => {
    const terminal = startOnTerminal(args);
    await vi.waitFor(() => expect(shown()).toMatch(/\[\d+\/\d+\]/), 170_000);
    expect(servicesRunning()).toHaveLength(2);
    terminal.kill('SIGKILL');
    await vi.waitFor(() => expect(servicesRunning()).toEqual([]), 170_000);
    await vi.waitFor(() => expect(existsSync(join(directory, kept))).toBe(true), 170_000);
  });
});

it('ends early, with the reason, when a service is killed under load', async () => {
  const run = start();
  await run.sees('] warm-up');
  process.kill(pidOf('downstream', run), 'SIGKILL');
  const { code, stderr } = await run.end;
  expect(stderr).toMatch(/downstream-\d stopped while load was running: .*SIGKILL/);
  expect(code).toBe(4);
  expect(readResult(join(directory, 'run')).events).toContainEqual(expect.objectContaining({ kind: 'exit' }));
});

/** Runs with a disk of this size for the run directory. */
async function onSmallDisk(size: string, args: readonly string[], skip: (note: string) => void): Promise<CliEnd> {
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('a small disk can only be mounted by root');
  }
  try {
    return await cli(['run', ...args, '--out', join(disk, 'run')], directory);
  } finally {
    execFileSync('umount', [disk]);
  }
}

it('ends early and takes everything down when the disk is full', async ({ skip }) => {
  writeScenario(directory, [['for: 3s', 'for: 120s']]);
  const { code, stderr } = await onSmallDisk('96k', ['short.yaml', '--engine', 'process'], skip);
  expect(stderr).toMatch(/the run directory cannot be written: .*ENOSPC/);
  expect(code).toBe(4);
});

it.for([
  ['is full before anything is started', '4k'],
  ['has room for what was measured, and none for the report', '192k'],
] as const)('says that the disk is full, and not that it has a bug, where it %s', async ([, size], { skip }) => {
  await using server = await startServer();
  const { code, stderr } = await onSmallDisk(size, [server.url, '--for', '1s', ...soon], skip);
  expect(stderr).toMatch(/the run directory cannot be written: .*ENOSPC/);
  expect(code).toBe(4);
});

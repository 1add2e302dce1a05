import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cli, pidOf, readResult, servicesRunning, startCli, workDirectory, writeScenario } from '../helpers/cli.ts';

let directory: string;
beforeEach(() => {
  directory = workDirectory();
  writeScenario(directory, [['for: 3s', 'for: 30s']]);
});
afterEach(() => {
  expect(servicesRunning()).toEqual([]);
});

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
    await vi.waitFor(() => expect(servicesRunning()).toHaveLength(3), 20_000);
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
  });

  it('twice ends at once, and the next run removes what was left', async () => {
    const run = start();
    await run.sees('] warm-up');
    run.child.kill('SIGINT');
    await run.sees('again to stop at once');
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
    writeScenario(directory, [['for: 3s', 'for: 1s']]);
    expect((await cli(['run', 'short.yaml', '--engine', 'process', '--out', 'next'], directory)).code).toBe(0);
  });

  it('under load keeps a partial result whose sums add up', async () => {
    const run = start();
    await run.sees('] low');
    run.child.kill('SIGTERM');
    expect((await run.end).code).toBe(143);
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

it('ends early, with the reason, when a service is killed under load', async () => {
  const run = start();
  await run.sees('] warm-up');
  process.kill(pidOf('downstream', run), 'SIGKILL');
  const { code, stderr } = await run.end;
  expect(stderr).toMatch(/downstream-\d stopped while load was running: .*SIGKILL/);
  expect(code).toBe(4);
  expect(readResult(join(directory, 'run')).events).toContainEqual(expect.objectContaining({ kind: 'exit' }));
});

it('finds and removes what a killed run left behind', async () => {
  const killed = start();
  await killed.sees('] warm-up');
  killed.child.kill('SIGKILL');
  await killed.end;
  expect(servicesRunning().length).toBeGreaterThan(0);

  writeScenario(directory, [['for: 3s', 'for: 1s']]);
  const next = await cli(['run', 'short.yaml', '--engine', 'process', '--out', 'next'], directory);
  expect(next.stderr).toMatch(/left behind by run \S+/);
  expect(next.code, next.stderr).toBe(0);
});

it('analyses what a killed run had written', async () => {
  const killed = start();
  await killed.sees('] low');
  killed.child.kill('SIGKILL');
  await killed.end;
  const report = await cli(['report', 'run'], directory);
  expect(report.code).toBe(4);
  expect(readResult(join(directory, 'run'))).toMatchObject({ status: 'partial' });
  expect(servicesRunning().length).toBeGreaterThan(0);
  writeScenario(directory, [['for: 3s', 'for: 1s']]);
  await cli(['run', 'short.yaml', '--engine', 'process', '--out', 'next'], directory);
});

it('ends early and takes everything down when the disk is full', async ({ skip }) => {
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('a small disk can only be mounted by root');
  }
  try {
    const { code, stderr } = await cli(
      ['run', 'short.yaml', '--engine', 'process', '--out', join(disk, 'run')],
      directory,
    );
    expect(stderr).toMatch(/the run directory cannot be written: .*ENOSPC/);
    expect(code).toBe(4);
  } finally {
    execFileSync('umount', [disk]);
  }
});

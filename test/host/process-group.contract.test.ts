/** Process groups: lines, ends, and stops that leave nothing. */
import { describe, expect, it } from 'vitest';
import { killLivingGroups, startProcessGroup } from '../../src/host/process-group.ts';
import { findProcesses, groupOf } from '../../src/host/processes.ts';

const env = { PATH: process.env.PATH ?? '' };

async function shell(script: string, more: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const group = await startProcessGroup({
    command: 'sh',
    args: ['-c', script],
    cwd: '/',
    env: { ...env, ...more },
    onLine: (stream, text) => lines.push(`${stream}: ${text}`),
  });
  return { group, lines };
}

describe('a process group', () => {
  it('gives out all lines before it says how it ended', async () => {
    const { group, lines } = await shell('echo one; echo two >&2; printf three; exit 4');
    expect(await group.exited).toEqual({ code: 4, signal: null });
    expect(lines.sort()).toEqual(['stderr: two', 'stdout: one', 'stdout: three']);
  });

  it('leads a group of its own', async () => {
    const { group } = await shell('sleep 200');
    expect(groupOf(group.pid)).toBe(group.pid);
    expect(groupOf(process.pid)).not.toBe(group.pid);
    await group.stop(0);
  });

  it('is gone after a stop with all it started, even if both ignore the signal', async () => {
    const mark = `mark-${process.pid}`;
    const { group, lines } = await shell("trap '' TERM; (trap '' TERM; echo child; sleep 200) & echo parent; wait", {
      RAMPART_TEST: mark,
    });
    await expect.poll(() => lines.length).toBe(2);
    expect(ours(mark).length).toBeGreaterThanOrEqual(2);
    await group.stop(50);
    expect(ours(mark)).toEqual([]);
    expect(await group.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await group.stop(50);
  });

  it('says how it ended although a child of it keeps its streams open', async () => {
    const { group } = await shell('sleep 200 & exit 0');
    expect(await group.exited).toEqual({ code: 0, signal: null });
    await group.stop(0);
  });

  it('is killed without a wait when this process must end at once', async () => {
    const { group } = await shell("trap '' TERM; sleep 200");
    killLivingGroups();
    expect(await group.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('that cannot start is an error of the system', async () => {
    const nowhere = { command: '/nowhere/x', args: [], cwd: '/', env, onLine: () => undefined };
    await expect(startProcessGroup(nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

function ours(mark: string): number[] {
  return findProcesses('RAMPART_TEST', ['RAMPART_TEST'])
    .filter(({ variables }) => variables.RAMPART_TEST === mark)
    .map(({ pid }) => pid);
}

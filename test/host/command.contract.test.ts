/** Commands that run to their end, and what is left of one that is aborted. */
import { describe, expect, it } from 'vitest';
import { linesOf, runCommand } from '../../src/host/command.ts';
import { killLivingGroups } from '../../src/host/process-group.ts';
import { findProcesses } from '../../src/host/processes.ts';

const env = { PATH: process.env.PATH };

function shell(script: string, options: { signal?: AbortSignal; graceMs?: number; mark?: string } = {}) {
  const { mark, ...rest } = options;
  return runCommand('sh', ['-c', script], { env: { ...env, RAMPART_TEST: mark }, cwd: '/', ...rest });
}

function living(mark: string): number {
  return findProcesses('RAMPART_TEST', ['RAMPART_TEST']).filter(({ variables }) => variables.RAMPART_TEST === mark)
    .length;
}

describe('runCommand', () => {
  it('tells what was printed, apart and together, and the code', async () => {
    expect(await shell('echo one; sleep 0.1; echo two >&2; pwd; exit 4')).toEqual({
      code: 4,
      stdout: 'one\n/\n',
      stderr: 'two\n',
      output: expect.stringMatching(/^one\n(two\n\/|\/\ntwo)\n$/),
    });
  });

  it('gives the command no variables but those it is told', async () => {
    const { stdout } = await runCommand('env', [], { env: { ...env, ONLY: 'this', NONE: undefined } });
    expect(linesOf(stdout).sort()).toEqual(['ONLY=this', `PATH=${env.PATH}`]);
  });

  it('gives the command nothing to read', async () => {
    expect((await shell('cat; echo end')).stdout).toBe('end\n');
  });

  it('has no code when a signal killed it', async () => {
    expect((await shell('kill -9 $$')).code).toBeUndefined();
  });

  it('ends although what it started keeps its streams open', async () => {
    const aborted = new AbortController();
    expect((await shell('sleep 200 & echo over', { signal: aborted.signal, mark: `open-${process.pid}` })).stdout).toBe(
      'over\n',
    );
    expect(living(`open-${process.pid}`)).toBe(1);
    killLivingGroups();
    await expect.poll(() => living(`open-${process.pid}`)).toBe(0);
  });

  it.each([
    ['at once', 0],
    ['after its grace', 50],
  ])('leaves nothing when it is aborted, and kills %s what ignores that', async (_, graceMs) => {
    const mark = `abort-${graceMs}-${process.pid}`;
    const aborted = new AbortController();
    const run = shell("trap '' TERM; (trap '' TERM; sleep 200) & wait", { signal: aborted.signal, graceMs, mark });
    await expect.poll(() => living(mark)).toBeGreaterThanOrEqual(2);
    aborted.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    await expect.poll(() => living(mark)).toBe(0);
  });

  it('does not begin after an abort', async () => {
    await expect(shell('echo never', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('is killed with this process when it may be aborted, and finishes when it may not', async () => {
    const [mayBe, mayNot] = [`may-${process.pid}`, `may-not-${process.pid}`];
    const killed = shell('sleep 200', { signal: new AbortController().signal, mark: mayBe });
    const finished = shell('sleep 0.5; echo done', { mark: mayNot });
    await expect.poll(() => living(mayBe) > 0 && living(mayNot) > 0).toBe(true);
    killLivingGroups();
    expect((await killed).code).toBeUndefined();
    expect((await finished).stdout).toBe('done\n');
  });

  it.each([
    ['a command that is not there', '/nowhere/x', '/', 'ENOENT'],
    ['a folder that is not there', 'true', '/nowhere', 'ENOENT'],
    ['a file that is no program', '/etc/passwd', '/', 'EACCES'],
  ])('%s is an error of the system', async (_, file, cwd, code) => {
    await expect(runCommand(file, [], { env, cwd })).rejects.toMatchObject({ code });
  });

  it('stops what prints without end, and says so', async () => {
    await expect(runCommand('yes', ['x'.repeat(4096)], { env })).rejects.toThrow('yes printed more than 100 MB');
  });
});

it.each([
  ['', []],
  ['\n', ['']],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['one\n\n', ['one', '']],
])('linesOf(%j) is %j', (text, lines) => {
  expect(linesOf(text)).toEqual(lines);
});

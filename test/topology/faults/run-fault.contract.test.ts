/** Commands of the user as faults: run without a shell, taken back once, and on file while they are in force. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownerMark } from '../../../src/host/owner.ts';
import { findProcesses } from '../../../src/host/processes.ts';
import { keepFaults } from '../../../src/topology/faults/keep-faults.ts';
import { runFault } from '../../../src/topology/faults/run-fault.ts';
import { notesIn, openNotebook } from '../../../src/topology/orphans/notes.ts';
import { testRun } from '../../helpers/run-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Appends a word to a file of the test; with an exit code, if it is to fail. */
const say = (word: string, code = 0) => [
  '/bin/sh',
  '-c',
  'echo "$1" >>"$2"; echo "said $1"; exit "$3"',
  'sh',
  word,
  join(folder, 'said'),
  `${code}`,
];
const said = () =>
  existsSync(join(folder, 'said')) ? readFileSync(join(folder, 'said'), 'utf8').split('\n').slice(0, -1) : [];

function means(env: Record<string, string> = {}) {
  const lines: string[] = [];
  const notes = openNotebook();
  const run = testRun(env);
  const kept = keepFaults(
    (action, _, signal) =>
      runFault(action as never, { notes, env: run.context.env, onLine: (line) => lines.push(line) }, signal),
    run.context.log,
  );
  const inject = (command: readonly string[], undo?: readonly string[], signal = run.context.signal) =>
    kept.tools.inject({ kind: 'run', command, undo }, [], signal);
  return { inject, lines, notes, kept, run };
}

const folders = () => readdirSync(tmpdir()).filter((name) => name.includes(`-${ownerMark().replace(':', '-')}-`));

it('is in force when its command has ended well, and is taken back by the other, once', async () => {
  const { inject, lines, kept, run, notes } = means();
  const fault = await inject(say('a b  "c" $HOME'), say('back'));
  expect(said()).toEqual(['a b  "c" $HOME']);
  expect(fault.message).toMatch(/^ran \/bin\/sh .*: said a b/);
  await Promise.all([fault.undo?.(run.context.signal), kept.close()]);
  await kept.close();
  expect(said()).toEqual(['a b  "c" $HOME', 'back']);
  expect(lines).toEqual(['said a b  "c" $HOME', 'said back']);
  await notes.close();
  expect(folders()).toEqual([]);
});

it('is taken back at the end of the topology where nobody undid it', async () => {
  const { inject, kept, notes } = means();
  await inject(say('one'), say('undo one'));
  await inject(say('two'), say('undo two'));
  await inject(say('three'));
  await kept.close();
  expect(said()).toEqual(['one', 'two', 'three', 'undo two', 'undo one']);
  await notes.close();
});

it('fails with the last lines of a command that fails, and takes back what that may have done', async () => {
  const { inject, kept, notes } = means();
  await expect(inject(say('half', 3), say('back'))).rejects.toMatchObject({
    code: 'fault-failed',
    message: expect.stringMatching(
      /exited with code 3; \/bin\/sh .* took back what it may have done\n {4}\| said half$/,
    ),
  });
  await kept.close();
  expect(said()).toEqual(['half', 'back']);
  await notes.close();
});

it('that cannot be started is not taken back', async () => {
  const { inject, kept, notes } = means();
  await expect(inject(['no-such-command-here'], say('back'))).rejects.toThrow(
    /no-such-command-here cannot be started: there is no program no-such-command-here that may be run/,
  );
  await kept.close();
  expect(said()).toEqual([]);
  await notes.close();
});

it('whose undoing fails says so, and is not tried again', async () => {
  const { inject, kept, run, notes } = means();
  const fault = await inject(say('one'), say('back', 9));
  await expect(fault.undo?.(run.context.signal)).rejects.toThrow(/exited with code 9\n {4}\| said back/);
  await kept.close();
  expect(said()).toEqual(['one', 'back']);
  await notes.close();
});

it('is ended with the run, and taken back', async () => {
  const { inject, kept, notes } = means();
  const abort = new AbortController();
  const starting = inject(
    ['/bin/sh', '-c', 'echo begun >>"$0"; sleep 60', join(folder, 'said')],
    say('back'),
    abort.signal,
  );
  const failure = expect(starting).rejects.toThrow('enough');
  await expect.poll(said).toEqual(['begun']);
  abort.abort(new Error('enough'));
  await failure;
  expect(said()).toEqual(['begun', 'back']);
  await kept.close();
  await notes.close();
});

it('tells that it is not taken back, also where the run ends it', async () => {
  const { inject, kept, notes } = means();
  const abort = new AbortController();
  const command = ['/bin/sh', '-c', 'echo begun >>"$0"; sleep 60', join(folder, 'said')];
  const failure = expect(inject(command, say('back', 3), abort.signal)).rejects.toThrow(/ exited with code 3/);
  await expect.poll(said).toEqual(['begun']);
  abort.abort(new Error('enough'));
  await failure;
  expect(said()).toEqual(['begun', 'back']);
  await kept.close();
  await notes.close();
});

it('leaves alone what its command leaves running, and carries no mark by which the next run would end it', async () => {
  const { inject, kept, notes } = means();
  await inject(['/bin/sh', '-c', 'TEST_LEFT=1 sleep 30 & echo $! >"$0"', join(folder, 'pid')]);
  await kept.close();
  await notes.close();
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  // The shell tells of it before it has become what it is to be.
  const left = () => findProcesses('TEST_LEFT', ['RAMPART_OWNER']);
  await expect.poll(left).toContainEqual({ pid, variables: { RAMPART_OWNER: '' } });
  process.kill(pid, 'SIGKILL');
});

it('is on file before its command begins', async () => {
  const { inject, kept, notes } = means();
  const path = await notes.beside('.look');
  await inject(['/bin/sh', '-c', 'cp -r "$1" "$2"', 'sh', join(path, '..'), join(folder, 'seen')], say('back'));
  expect((await notesIn(join(folder, 'seen'))).map(([, note]) => note)).toMatchObject([
    { kind: 'undo', command: say('back'), cwd: process.cwd() },
  ]);
  await kept.close();
  await notes.close();
});

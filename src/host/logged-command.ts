/** Commands of the user, whose output goes to a file, so that what they leave running may go on writing; nothing of that is ours. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ProcessExit, stopGroup } from './process-group.ts';

/** What to run, without a shell, and where. */
export interface UserCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets both streams. */
  readonly outputPath: string;
}

/** How a command ended; `isLate` where it took longer than it may, and was ended for that. */
export type CommandExit = ProcessExit & { readonly isLate: boolean };

/** A process of its own group that becomes the command when `go` is called, and ends without it when this process ends before. */
export interface WaitingCommand extends StartedCommand {
  go(): void;
}

/** One that runs, in a group of its own. */
export interface StartedCommand {
  readonly pid: number;
  /** Never rejects. */
  readonly ended: Promise<CommandExit>;
}

const graceMs = 1000;

/** The shell takes the claim, and the command is started in its place, with its words as they are. */
const claimAndRun = 'mv -- "$1" "$1.begun" 2>/dev/null || exit 75; shift; exec "$@"';

/** Nothing comes from a writer that was killed. */
const waitAndRun = 'read -r go && exec "$@" </dev/null';

/** What a command of `startOnce` ends with where somebody else has run it (EX_TEMPFAIL of sysexits.h). */
export const takenByOther = 75;
/** How long it may take: whoever waits for longer waits in vain. */
export const undoLimitMs = 120_000;

/** Rejects with why it cannot be started; what it waits for gives time to write down that it runs, so that nobody misses it. */
export async function prepareCommand(how: UserCommand): Promise<WaitingCommand> {
  const [file = ''] = how.command;
  if (!isProgram(file, how))
    throw new Error(`there is no program ${file} that may be run (PATH: ${how.env['PATH'] ?? ''})`);
  const { child, ...started } = await start(how, ['/bin/sh', '-c', waitAndRun, 'sh', ...how.command]);
  // It may have been ended meanwhile.
  child.stdin?.on('error', () => undefined);
  return { ...started, go: () => void child.stdin?.end('go\n') };
}

/**
 * Starts it unless somebody took the file `claim`, which it takes by giving it another name, all in one process that goes on when this one is
 * killed: whoever is killed at whatever moment, it is run once.
 */
export async function startOnce(claim: string, how: UserCommand): Promise<StartedCommand> {
  const { child, ...started } = await start(how, ['/bin/sh', '-c', claimAndRun, 'sh', claim, ...how.command]);
  child.stdin?.destroy();
  return { ...started, ended: endedWithin(undoLimitMs, started) };
}

async function start({ cwd, env, outputPath }: UserCommand, [file = '', ...args]: readonly string[]) {
  const output = await open(outputPath, 'w');
  try {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', output.fd, output.fd] });
    const ended = new Promise<CommandExit>((done) =>
      child.once('exit', (code, signal) => done({ code, signal, isLate: false })),
    );
    await new Promise<void>((done, reject) => child.once('spawn', done).once('error', reject));
    child.on('error', () => undefined);
    return { child, pid: child.pid ?? 0, ended };
  } finally {
    await output.close();
  }
}

/** By its path, or in a folder of PATH (execvp(3)). */
function isProgram(file: string, { cwd, env }: UserCommand): boolean {
  const folders = file.includes('/') ? [''] : (env['PATH'] ?? '').split(':');
  return folders.some((folder) => {
    try {
      accessSync(resolve(cwd, folder, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function endedWithin(limitMs: number, { pid, ended }: StartedCommand): Promise<CommandExit> {
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    void stopGroup(pid, graceMs);
  }, limitMs);
  const exit = await ended;
  clearTimeout(limit);
  return { ...exit, isLate };
}

/** A fault that is a command of the user, and another that takes it back: on any engine. */
import { resolve } from 'node:path';
import { readTextIfAny } from '../../host/files.ts';
import {
  type CommandExit,
  prepareCommand,
  type StartedCommand,
  startOnce,
  undoLimitMs,
} from '../../host/logged-command.ts';
import { ownerMark } from '../../host/owner.ts';
import { stopGroup } from '../../host/process-group.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf, type RampartError } from '../../model/errors.ts';
import type { FaultAction } from '../../model/fault.ts';
import type { Clock } from '../../model/host.ts';
import type { LogLine } from '../../model/topology.ts';
import { formatDurationMs } from '../../model/units.ts';
import type { Notebook, UndoNote } from '../orphans/notes.ts';
import type { HeldFault } from './keep-faults.ts';

/** What commands are run with. */
export interface RunMeans {
  readonly notes: Notebook;
  readonly env: RunContext['env'];
  /** Gets each line that a command printed, when it has ended. */
  onLine(text: string): void;
}

/** Where what commands of faults print goes: into a log of its own, for no target printed it. */
export function faultLines(events: { line(line: LogLine): void }, clock: Pick<Clock, 'nowUs'>): RunMeans['onLine'] {
  return (text) => events.line({ atUs: clock.nowUs(), target: 'faults', stream: 'stdout', text });
}

type RunAction = Extract<FaultAction, { kind: 'run' }>;
type Words = readonly string[];

/** How a command ended, and what it printed last. */
interface Ended {
  readonly exit: CommandExit;
  readonly lastLines: readonly string[];
}

const graceMs = 1000;
const shownLines = 5;

/**
 * In force when the command has ended well. What takes it back is on file before it starts, so that the next start does it where this
 * process is killed; a command that fails or is ended is taken back at once.
 */
export async function runFault({ command, undo }: RunAction, means: RunMeans, signal: AbortSignal): Promise<HeldFault> {
  const { notes } = means;
  const cwd = resolve('.');
  const outputPath = await notes.beside('.out');
  const waiting = await prepareCommand({ command, cwd, env: means.env, outputPath }).catch((error: unknown) => {
    throw failed(`cannot be started: ${messageOf(error)}`, command);
  });
  const note: UndoNote | undefined = undo && { kind: 'undo', command: undo, cwd };
  const path = note && (await notes.write({ ...note, running: ownerMark(waiting.pid) }));
  const takeBack = path === undefined || !undo ? undefined : () => undoOnce(path, undo, means);
  waiting.go();
  const end = () => void stopGroup(waiting.pid, graceMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const { exit, lastLines } = await endOf(waiting, outputPath, means);
  signal.removeEventListener('abort', end);
  if (exit.code === 0 && !signal.aborted) {
    if (path !== undefined && note) await notes.replace(path, note);
    const message = [`ran ${shown(command)}`, ...lastLines.slice(-1)].join(': ');
    return { message, ...(takeBack ? { undo: takeBack, letGo: takeBack } : {}) };
  }
  const left = await takeBack?.().then(() => undefined, messageOf);
  // Whoever ends it knows why, but not that something is left.
  if (left === undefined) signal.throwIfAborted();
  const took = takeBack ? `; ${left ?? `${shown(undo ?? [])} took back what it may have done`}` : '';
  throw failed(`${exitText(exit)}${took}`, command, lastLines);
}

/** The first call runs it; whether it did well or not, it is not run again. */
async function undoOnce(path: string, undo: Words, means: RunMeans): Promise<void> {
  const { notes, env } = means;
  const outputPath = await notes.beside('.out');
  const started = await startOnce(path, { command: undo, cwd: resolve('.'), env, outputPath });
  const { exit, lastLines } = await endOf(started, outputPath, means);
  await notes.remove(`${path}.begun`);
  if (exit.code !== 0) throw failed(exitText(exit), undo, lastLines);
}

async function endOf(started: StartedCommand, outputPath: string, { notes, onLine }: RunMeans): Promise<Ended> {
  const exit = await started.ended;
  const text = (await readTextIfAny(outputPath).catch(() => undefined)) ?? '';
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  await notes.remove(outputPath);
  for (const line of lines) onLine(line);
  return { exit, lastLines: lines.slice(-shownLines) };
}

function failed(what: string, command: Words, lastLines: readonly string[] = []): RampartError {
  const message = [`${shown(command)} ${what}`, ...lastLines.map((line) => `    | ${line}`)].join('\n');
  return environmentError(
    'fault-failed',
    message,
    'Try the command by itself; it is run without a shell, in the folder of rampart.',
  );
}

function exitText({ code, signal, isLate }: CommandExit): string {
  if (isLate) return `did not end within ${formatDurationMs(undoLimitMs)}`;
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

function shown(command: Words): string {
  return command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

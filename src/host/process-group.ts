/** Local processes in groups of their own: start, lines, end, and a stop that leaves nothing behind. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { splitLines } from './lines.ts';
import { hasEnded } from './proc-stat.ts';
import { processIds, statOf } from './processes.ts';

/** What to start; `env` is the whole environment. */
export interface ProcessCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  onLine(stream: 'stdout' | 'stderr', text: string): void;
  /** Whether it reads what it is told; its input ends with this process. */
  readonly isTold?: boolean;
}

/** How a process ended: one of the two is set. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running process that leads its own group, so that what it starts is signalled with it. */
export interface ProcessGroup {
  readonly pid: number;
  /** Resolves after the process ended and its last lines were given out; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Signals the group, kills it after `graceMs`, and resolves when no member is left; never rejects, may be called twice. */
  stop(graceMs: number, signal?: string): Promise<void>;
  /** Resolves with whether every member stands still; they go on with `resume`. */
  pause(): Promise<boolean>;
  resume(): void;
  /** Writes to its input; nothing is written to one that is not told anything, or has ended. */
  tell(text: string): void;
}

/** How long lines may still arrive after a process ended, when something it started keeps its streams open. */
export const drainMs = 250;
/** A killed process whose parent never reaps it stays visible; waiting longer for it would be for nothing. */
const reapMs = 2000;

/** Groups that this process has started and not yet seen the end of. */
const livingGroups = new Set<number>();

/** Kills every group that is not known to be gone, without waiting for it: the last thing before this process ends at once. */
export function killLivingGroups(): void {
  for (const pgid of livingGroups) signalGroup(pgid, 'SIGKILL');
}

/** From now on the group counts as living. */
export function beginGroup(pgid: number): void {
  livingGroups.add(pgid);
}

/** Its leader has ended: it counts as living only while it has members. */
export function endGroup(pgid: number): void {
  if (!isGroupAlive(pgid)) livingGroups.delete(pgid);
}

/** Starts a process; rejects with the system's error when it cannot be started (ENOENT, EACCES, ETXTBSY). */
export async function startProcessGroup(command: ProcessCommand): Promise<ProcessGroup> {
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: [command.isTold ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined);
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = splitLines((text) => command.onLine(stream, text));
    child[stream]?.on('data', lines.write).on('end', lines.end).on('error', lines.end);
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = new Promise<ProcessExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  child.on('error', () => undefined);
  const pid = child.pid ?? 0;
  beginGroup(pid);
  const exited = ended.then(async (exit) => {
    await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
    endGroup(pid);
    return exit;
  });
  const stop = async (graceMs: number, signal = 'SIGTERM') => {
    await stopGroup(pid, graceMs, signal);
    livingGroups.delete(pid);
    await Promise.race([exited, delay(reapMs, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const pause = async () => signalGroup(pid, 'SIGSTOP') && (await waitUntil(() => stands(pid), reapMs));
  const resume = () => void signalGroup(pid, 'SIGCONT');
  const tell = (text: string) => void child.stdin?.write(text);
  return { pid, exited, stop, pause, resume, tell };
}

/** Signals a whole group, kills it after `graceMs`, and resolves when it is gone; never rejects. */
export async function stopGroup(pgid: number, graceMs: number, signal = 'SIGTERM'): Promise<void> {
  if (!signalGroup(pgid, signal)) return;
  if (await waitGone(pgid, graceMs)) return;
  signalGroup(pgid, 'SIGKILL');
  await waitGone(pgid, reapMs);
}

function waitGone(pgid: number, ms: number): Promise<boolean> {
  return waitUntil(() => !isGroupAlive(pgid), ms);
}

async function waitUntil(isSo: () => boolean, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  for (let pauseMs = 5; !isSo(); pauseMs = Math.min(50, pauseMs * 2)) {
    if (performance.now() >= until) return false;
    await delay(pauseMs);
  }
  return true;
}

function signalGroup(pgid: number, signal: string): boolean {
  // Group 0 would be our own, and 1 everybody.
  if (pgid <= 1) return false;
  try {
    process.kill(-pgid, signal as NodeJS.Signals);
    return true;
  } catch {
    return false;
  }
}

function isGroupAlive(pgid: number): boolean {
  if (!signalGroup(pgid, 0 as never)) return false;
  return process.platform !== 'linux' || membersOf(pgid).length > 0;
}

/** Whether it has members, all of them stopped by a signal (`T`, proc_pid_stat(5)). */
function stands(pgid: number): boolean {
  const members = membersOf(pgid);
  return members.length > 0 && members.every((pid) => ['T', 't', undefined].includes(statOf(pid)?.state));
}

/** Pids of a group, without those that have ended (Linux). */
export function membersOf(pgid: number): number[] {
  return processIds().filter((pid) => {
    const stat = statOf(pid);
    return stat?.group === pgid && !hasEnded(stat);
  });
}

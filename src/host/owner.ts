/** Who owns what a run started: a mark on processes and containers that tells a living run from a killed one. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasEnded, ticksPerSecond } from './proc-stat.ts';
import { statOf } from './processes.ts';

/** Environment variables that every process of a run carries. */
export const runVariable = 'RAMPART_RUN';
/** See `runVariable`; holds an owner mark. */
export const ownerVariable = 'RAMPART_OWNER';

/** See `runVariable`; the replica that a process belongs to. */
export const replicaVariable = 'RAMPART_REPLICA';

/** What a process of a run that this one starts carries in its environment. */
export function ownerMarks(runId: string): Record<string, string> {
  return { [runVariable]: runId, [ownerVariable]: ownerMark() };
}

/** `<pid>:<start time>` of a process; the start time tells it from a later process with the same pid. */
export function ownerMark(pid: number = process.pid): string {
  return `${pid}:${startTime(pid) ?? 0}`;
}

/** Whether the process that a mark names still runs. */
export function isOwnerAlive(mark: string): boolean {
  const [pid, start] = mark.split(':').map(Number);
  if (!pid || start === undefined) return false;
  const now = startTime(pid);
  if (now !== undefined) return now === start;
  return process.platform !== 'linux' && answersSignal(pid);
}

/**
 * Names this machine, this boot and this pid namespace (`vm/3f2c…/pid:[4026531836]`); marks of two owners can be compared only when it is
 * the same.
 */
export function machineMark(): string {
  return [hostname(), readOptional('/proc/sys/kernel/random/boot_id'), pidNamespace('self')].join('/');
}

/** The pid namespace of a process, undefined when it cannot be read (no such process, no permission, not Linux). */
export function pidNamespace(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** Start time of a process that has not ended, in ticks since boot. */
function startTime(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat && !hasEnded(stat) ? stat.startTicks : undefined;
}

/**
 * When a process began, seconds since 1970, as client libraries compute their `process_start_time_seconds`; undefined where /proc does not
 * tell.
 */
export function processStartS(pid: number): number | undefined {
  const ticks = startTime(pid);
  const bootS = /^btime (\d+)$/m.exec(readOptional('/proc/stat'))?.[1];
  return ticks === undefined || bootS === undefined ? undefined : Number(bootS) + ticks / ticksPerSecond;
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

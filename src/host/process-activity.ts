/** What Linux tells of one process beside CPU time and memory: threads, descriptors, switches, waits and storage (proc(5)). */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { errorCode } from './files.ts';
import { hasEnded, type ProcStat, parseProcStat, ticksPerSecond } from './proc-stat.ts';

/** Counters since the process, or the thread, began; what this user may not read, or this kernel does not count, is undefined. */
export interface ProcessActivity {
  readonly pid: number;
  readonly stat: ProcStat;
  readonly openFiles: number | undefined;
  /** The soft limit of open files; Infinity is none. */
  readonly fileLimit: number | undefined;
  readonly storage: StorageTraffic | undefined;
  /** By thread id. */
  readonly threads: ReadonlyMap<number, ThreadCounters>;
  /** Whether something could not be read because the process belongs to another user. */
  readonly isRefused: boolean;
}

/** What went to and came from storage, not from the page cache. */
export interface StorageTraffic {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Counters of one thread. */
export interface ThreadCounters {
  /** How long it was runnable without a CPU, milliseconds. */
  readonly runDelayMs: number | undefined;
  /** Waited for storage, milliseconds. */
  readonly ioDelayMs: number | undefined;
  readonly voluntarySwitches: number | undefined;
  readonly involuntarySwitches: number | undefined;
}

/** Threads that are read without letting others run in between, about 4 ms. */
const threadsAtOnce = 100;

/** Undefined when there is no such process, or only its remains; `root` is `/` unless a test has its own. */
export async function readActivity(pid: number, root = '/'): Promise<ProcessActivity | undefined> {
  const folder = join(root, 'proc', `${pid}`);
  let isRefused = false;
  const look = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      isRefused ||= ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
      return undefined;
    }
  };
  const text = (path: string) => look(() => readFileSync(path, 'latin1'));
  const hasIoDelay = countsIoDelay(root);
  const threads = new Map<number, ThreadCounters>();
  const ids = look(() => readdirSync(join(folder, 'task'))) ?? [];
  for (const [index, id] of ids.entries()) {
    if (index % threadsAtOnce === threadsAtOnce - 1) await setImmediate();
    const counters = readThread(join(folder, 'task', id), text, hasIoDelay);
    if (counters) threads.set(Number(id), counters);
  }
  const openFiles = look(() => countEntries(join(folder, 'fd')));
  const fileLimit = parseFileLimit(text(join(folder, 'limits')) ?? '');
  const storage = parseStorage(text(join(folder, 'io')) ?? '');
  // At the end: what is missing is missing of a process that lives.
  const stat = parseProcStat(text(join(folder, 'stat')) ?? '');
  if (!stat || hasEnded(stat)) return undefined;
  return { pid, stat, openFiles, fileLimit, storage, threads, isRefused };
}

/** A thread that ended in between has no counters. */
function readThread(
  folder: string,
  text: (path: string) => string | undefined,
  hasIoDelay: boolean,
): ThreadCounters | undefined {
  const status = text(join(folder, 'status'));
  if (status === undefined) return undefined;
  const ticks = hasIoDelay ? parseProcStat(text(join(folder, 'stat')) ?? '')?.ioDelayTicks : undefined;
  return {
    runDelayMs: parseRunDelayMs(text(join(folder, 'schedstat')) ?? ''),
    ioDelayMs: ticks === undefined ? undefined : (ticks * 1000) / ticksPerSecond,
    ...parseSwitches(status),
  };
}

/** Linux 5.14 and later count it only where kernel.task_delayacct is 1 (Documentation/accounting/delay-accounting.rst). */
function countsIoDelay(root: string): boolean {
  try {
    return readFileSync(join(root, 'proc/sys/kernel/task_delayacct'), 'latin1').trim() === '1';
  } catch {
    return false;
  }
}

/** Since Linux 6.2 the size of the folder is the number of its entries; before, it is zero. */
function countEntries(folder: string): number {
  return statSync(folder).size || readdirSync(folder).length;
}

/** The second of three numbers, nanoseconds (Documentation/scheduler/sched-stats.rst); undefined when the text is not so. */
export function parseRunDelayMs(schedstat: string): number | undefined {
  const nanoseconds = /^\d+ (\d+) \d+\s*$/.exec(schedstat)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}

/** Of /proc/PID/task/TID/status; that of the process counts its first thread only. */
export function parseSwitches(status: string): Pick<ThreadCounters, 'voluntarySwitches' | 'involuntarySwitches'> {
  const count = (kind: string) => numberIn(status, new RegExp(`^${kind}_ctxt_switches:\\s+(\\d+)$`, 'm'));
  return { voluntarySwitches: count('voluntary'), involuntarySwitches: count('nonvoluntary') };
}

/** Of /proc/PID/limits. */
export function parseFileLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Of /proc/PID/io. */
export function parseStorage(io: string): StorageTraffic | undefined {
  const readBytes = numberIn(io, /^read_bytes: (\d+)$/m);
  const writtenBytes = numberIn(io, /^write_bytes: (\d+)$/m);
  return readBytes === undefined || writtenBytes === undefined ? undefined : { readBytes, writtenBytes };
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Two looks at the processes of a target to the values of its `proc.` series. */

import { ticksPerSecond } from '../host/proc-stat.ts';
import type { ProcessActivity, ThreadCounters } from '../host/process-activity.ts';

/** All processes of a target at one moment, the main one first. */
export interface ActivityLook {
  readonly atUs: number;
  readonly processes: readonly ProcessActivity[];
}

/** A process that was there in both looks. */
interface Pair {
  readonly now: ProcessActivity;
  readonly before: ProcessActivity;
}

/** How much a counter rose between two looks, of all processes; undefined where one of them does not have it. */
type Rise = (pair: Pair) => number | undefined;

const ticksToMs = 1000 / ticksPerSecond;

/** Series whose counters are milliseconds of the thread or process, as percent of a core. */
const shares: Readonly<Record<string, Rise>> = {
  'proc.cpu_user_percent': ({ now, before }) => (now.stat.userTicks - before.stat.userTicks) * ticksToMs,
  'proc.cpu_system_percent': ({ now, before }) => (now.stat.systemTicks - before.stat.systemTicks) * ticksToMs,
  'proc.run_delay_percent': (pair) => riseOfThreads(pair, 'runDelayMs'),
  'proc.io_delay_percent': (pair) => riseOfThreads(pair, 'ioDelayMs'),
};

/** Series that are counts per second. */
const rates: Readonly<Record<string, Rise>> = {
  'proc.voluntary_switches_per_second': (pair) => riseOfThreads(pair, 'voluntarySwitches'),
  'proc.involuntary_switches_per_second': (pair) => riseOfThreads(pair, 'involuntarySwitches'),
  'proc.major_faults_per_second': ({ now, before }) => now.stat.majorFaults - before.stat.majorFaults,
  'proc.read_kib_s': ({ now, before }) => kibOf(now.storage?.readBytes, before.storage?.readBytes),
  'proc.write_kib_s': ({ now, before }) => kibOf(now.storage?.writtenBytes, before.storage?.writtenBytes),
};

/**
 * Rates are over the time between the looks, of the processes that were there in both; none in the first look, nor after a restart, which
 * shows as another main process.
 */
export function activityValues(now: ActivityLook, before: ActivityLook | undefined): Record<string, number> {
  const values: Record<string, number> = {};
  if (now.processes.length === 0) return values;
  values['proc.threads'] = now.processes.reduce((sum, { stat }) => sum + stat.threads, 0);
  Object.assign(values, fileValues(now.processes));
  const ms = before ? (now.atUs - before.atUs) / 1000 : 0;
  const pairs = before ? pairsOf(now, before) : [];
  if (ms <= 0 || pairs.length === 0) return values;
  const put = (name: string, rise: Rise, scale: number) => {
    const risen = pairs.map(rise);
    if (risen.every((one) => one !== undefined && one >= 0)) {
      values[name] = risen.reduce<number>((sum, one) => sum + (one ?? 0), 0) * scale;
    }
  };
  for (const [name, rise] of Object.entries(shares)) put(name, rise, 100 / ms);
  for (const [name, rise] of Object.entries(rates)) put(name, rise, 1000 / ms);
  return values;
}

/** The series that these processes do not have; waits for storage are not missed, because most kernels do not count them. */
export function missingSeries(processes: readonly ProcessActivity[]): string[] {
  const lacks = (has: (process: ProcessActivity) => boolean, ...names: readonly string[]) =>
    processes.every(has) ? [] : names;
  const counts =
    (counter: keyof ThreadCounters) =>
    ({ threads }: ProcessActivity) =>
      [...threads.values()].some((counters) => counters[counter] !== undefined);
  return [
    ...lacks(({ openFiles }) => openFiles !== undefined, 'proc.open_fds'),
    ...lacks(({ fileLimit }) => fileLimit !== undefined, 'proc.fd_limit'),
    ...lacks(counts('runDelayMs'), 'proc.run_delay_percent'),
    ...lacks(counts('voluntarySwitches'), 'proc.voluntary_switches_per_second', 'proc.involuntary_switches_per_second'),
    ...lacks(({ storage }) => storage !== undefined, 'proc.read_kib_s', 'proc.write_kib_s'),
  ];
}

/** Of the process that is nearest to its limit, because each has its own. */
function fileValues(processes: readonly ProcessActivity[]): Record<string, number> {
  const used = ({ openFiles = 0, fileLimit = Number.POSITIVE_INFINITY }: ProcessActivity) => openFiles / fileLimit;
  const [fullest] = processes.toSorted((a, b) => used(b) - used(a) || (b.openFiles ?? 0) - (a.openFiles ?? 0));
  const values: Record<string, number> = {};
  if (fullest?.openFiles !== undefined) values['proc.open_fds'] = fullest.openFiles;
  if (Number.isFinite(fullest?.fileLimit)) values['proc.fd_limit'] = fullest?.fileLimit ?? 0;
  return values;
}

/** Empty when the main process is another one than before. */
function pairsOf(now: ActivityLook, before: ActivityLook): Pair[] {
  const key = ({ pid, stat }: ProcessActivity) => `${pid}:${stat.startTicks}`;
  const earlier = new Map(before.processes.map((one) => [key(one), one]));
  const pairs = now.processes.flatMap((one) => {
    const then = earlier.get(key(one));
    return then ? [{ now: one, before: then }] : [];
  });
  return pairs[0]?.now === now.processes[0] ? pairs : [];
}

/**
 * A thread that is new since the look before counts from its start; what one did that has ended since is not known. An id whose counters
 * fell was given to another thread.
 */
function riseOfThreads({ now, before }: Pair, counter: keyof ThreadCounters): number | undefined {
  if (now.threads.size === 0 || before.threads.size === 0) return undefined;
  let risen = 0;
  for (const [id, counters] of now.threads) {
    const count = counters[counter];
    const earlier = before.threads.has(id) ? before.threads.get(id)?.[counter] : 0;
    if (count === undefined || earlier === undefined) return undefined;
    risen += count >= earlier ? count - earlier : count;
  }
  return risen;
}

function kibOf(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : (now - before) / 1024;
}

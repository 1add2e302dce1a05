/** Reads from /proc what CPU time rampart, its targets and everybody else used, so that no number depends on a sampler. */
import { readdirSync, readFileSync } from 'node:fs';
import { ownerVariable } from '../../../src/host/owner.ts';

/** CPU milliseconds since their starts, at one moment; `busyMs` is of the whole machine, time taken by other guests included. */
export interface CpuLook {
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly targetsMs: number;
  /** With the processes that send. */
  readonly rampartMs: number;
  readonly busyMs: number;
}

/** Often enough that the edges of a step fall between two looks that lie close together. */
const everyMs = 50;
/** To go through all processes takes milliseconds. */
const looksPerSearch = 10;
/** USER_HZ is 100 on every architecture that Node runs on (proc(5)). */
const msPerTick = 10;

/** Looks until `stop`, which gives back all looks; `count` is how many processes the run starts. */
export function watchCpu(rampart: number, count: number): { stop(): readonly CpuLook[] } {
  const looks: CpuLook[] = [];
  let pids: readonly number[] = [];
  const own = new Set([rampart]);
  const used = new Map<number, number>();
  /** What a process used that is gone does not come back: it stays what it was. */
  const usedMs = (pid: number) => {
    const ms = processMs(pid) ?? used.get(pid) ?? 0;
    used.set(pid, ms);
    return ms;
  };
  const timer = setInterval(() => {
    if (pids.length < count) pids = ownedBy(rampart);
    if (looks.length % looksPerSearch === 0)
      for (const pid of childrenOf(rampart)) if (!isOwnedBy(rampart, pid)) own.add(pid);
    const sumMs = (some: Iterable<number>) => [...some].reduce((sum, pid) => sum + usedMs(pid), 0);
    const atMs = performance.timeOrigin + performance.now();
    looks.push({ atMs, targetsMs: sumMs(pids), rampartMs: sumMs(own), busyMs: machineMs() });
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return looks;
    },
  };
}

/** What was used from one moment to another, straight lines between looks; undefined when the looks do not cover it. */
export function usedBetween(
  looks: readonly CpuLook[],
  fromMs: number,
  toMs: number,
): Omit<CpuLook, 'atMs'> | undefined {
  const before = lookAt(looks, fromMs);
  const after = lookAt(looks, toMs);
  return (
    before &&
    after && {
      targetsMs: after.targetsMs - before.targetsMs,
      rampartMs: after.rampartMs - before.rampartMs,
      busyMs: after.busyMs - before.busyMs,
    }
  );
}

function lookAt(looks: readonly CpuLook[], atMs: number): CpuLook | undefined {
  const index = looks.findIndex((look) => look.atMs >= atMs);
  const [early, late] = [looks[index - 1], looks[index]];
  if (!early || !late) return undefined;
  const share = (atMs - early.atMs) / (late.atMs - early.atMs);
  const between = (key: keyof CpuLook) => early[key] + share * (late[key] - early[key]);
  return {
    atMs,
    targetsMs: between('targetsMs'),
    rampartMs: between('rampartMs'),
    busyMs: between('busyMs'),
  };
}

function ownedBy(rampart: number): number[] {
  return processes().filter((pid) => isOwnedBy(rampart, pid));
}

/** The services that a run of this process started carry its mark in their environment. */
function isOwnedBy(rampart: number, pid: number): boolean {
  const mark = `${ownerVariable}=${rampart}:`;
  return readOptional(`/proc/${pid}/environ`)
    .split('\0')
    .some((entry) => entry.startsWith(mark));
}

/** By the parent that each process names, the second field after its name (proc(5)). */
function childrenOf(pid: number): number[] {
  return processes().filter((each) => Number(fieldsOf(each)[1]) === pid);
}

function processes(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The name in brackets may hold blanks and brackets, so fields are counted after its end. */
function fieldsOf(pid: number): string[] {
  const stat = readOptional(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** User and system time of all its threads; undefined when it is gone. */
function processMs(pid: number): number | undefined {
  const fields = fieldsOf(pid);
  const ticks = Number(fields[11]) + Number(fields[12]);
  // Of a process whose parent has yet to collect it, only the entry is left.
  return Number.isFinite(ticks) && fields[0] !== 'Z' ? ticks * msPerTick : undefined;
}

/** All but idle time and waiting for disks: fields 4 and 5 of the first line of /proc/stat. */
function machineMs(): number {
  const ticks = (readOptional('/proc/stat').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return ticks.reduce((sum, each, index) => (index === 3 || index === 4 ? sum : sum + each), 0) * msPerTick;
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** What Linux tells of a process and of the whole machine under /proc and /sys/fs/cgroup; on other systems every look fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasEnded, parseProcStat, ticksPerSecond } from './proc-stat.ts';

/** CPU time of all cores since boot, in ticks of the kernel; only shares of differences mean anything. */
export interface HostTimes {
  readonly total: number;
  readonly idle: number;
  /** Taken by other guests of the hypervisor. */
  readonly steal: number;
  /** Processes that ran or waited to run, mean of the last minute, and right now, this one included. */
  readonly load1m: number;
  readonly runnable: number;
  /** Processes that the kernel killed for want of memory since boot. */
  readonly oomKills: number;
  /** Processors that are on line. */
  readonly cores: number;
}

/** How long, since boot, some or all processes that had work waited for one resource, microseconds (kernel's accounting/psi.rst). */
export interface Pressure {
  readonly someUs: number;
  readonly fullUs: number;
}

/** What a control group may use; undefined is no limit. */
export interface GroupLimits {
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** CPU time since its start, and memory, of one process; `cpuMs` has a resolution of 10 ms. */
export interface ProcessUse {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Of the control group it is in, which it may share with others. */
  readonly throttling: Throttling;
  /** Of the same group. */
  readonly limits: GroupLimits;
}

/** How often and how long a control group was held back by its CPU limit, since it was made. */
export interface Throttling {
  /** Periods in which it ran and had a limit. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledMs: number;
}

/** In version 1, no limit is the largest number of 63 bits that is a multiple of a page. */
const noMemoryLimit = 2 ** 62;

/** CPU times of the machine; `root` is `/` unless a test has its own. */
export async function readHostTimes(root = '/'): Promise<HostTimes> {
  const [stat, loadavg, vmstat] = await Promise.all([
    read(root, 'proc/stat'),
    read(root, 'proc/loadavg'),
    read(root, 'proc/vmstat').catch(() => ''),
  ]);
  const cpu = stat.split('\n').find((line) => line.startsWith('cpu '));
  // user nice system idle iowait irq softirq steal; guest times are in user already.
  const times = (cpu ?? '').split(/\s+/).slice(1, 9).map(Number);
  const [idle, iowait, steal] = [times[3], times[4], times[7]];
  if (idle === undefined || iowait === undefined || steal === undefined)
    throw new Error('/proc/stat is not as expected');
  return {
    total: times.reduce((sum, time) => sum + time, 0),
    idle: idle + iowait,
    steal,
    load1m: parseFloat(loadavg),
    runnable: countIn(stat, 'procs_running'),
    oomKills: countIn(vmstat, 'oom_kill'),
    cores: stat.match(/^cpu\d+ /gm)?.length ?? 0,
  };
}

/** What waited for CPU, memory or input and output; undefined where the kernel does not count it (before 4.20, or switched off). */
export async function readPressure(resource: 'cpu' | 'memory' | 'io', root = '/'): Promise<Pressure | undefined> {
  const text = await read(root, `proc/pressure/${resource}`).catch(() => '');
  const total = (kind: string) => new RegExp(`^${kind} .*total=(\\d+)$`, 'm').exec(text)?.[1];
  const some = total('some');
  return some === undefined ? undefined : { someUs: Number(some), fullUs: Number(total('full') ?? 0) };
}

/** Use of the process `pid`; rejects when there is none, or only its remains. */
export async function readProcessUse(pid: number, root = '/'): Promise<ProcessUse> {
  const [line, status, cgroups] = await Promise.all([
    read(root, `proc/${pid}/stat`),
    read(root, `proc/${pid}/status`),
    read(root, `proc/${pid}/cgroup`),
  ]);
  const [throttling, limits] = await Promise.all([readThrottling(cgroups, root), readLimits(cgroups, root)]);
  const stat = parseProcStat(line);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!stat || hasEnded(stat) || resident === undefined) throw new Error(`process ${pid} has ended`);
  return {
    cpuMs: ((stat.userTicks + stat.systemTicks) * 1000) / ticksPerSecond,
    residentBytes: Number(resident) * 1024,
    throttling,
    limits,
  };
}

/** A group without a limit of its own has no such counters, or zeros: it was never held back. */
async function readThrottling(cgroups: string, root: string): Promise<Throttling> {
  const group = groupFolder(cgroups, 'cpu');
  const stat = group ? await read(root, join(group.path, 'cpu.stat')).catch(() => '') : '';
  return {
    periods: countIn(stat, 'nr_periods'),
    throttledPeriods: countIn(stat, 'nr_throttled'),
    throttledMs: countIn(stat, 'throttled_usec') / 1e3 + countIn(stat, 'throttled_time') / 1e6,
  };
}

/** Of the group itself; one above it may allow less (cgroups(7): cpu.max and memory.max, in version 1 quota, period and limit). */
async function readLimits(cgroups: string, root: string): Promise<GroupLimits> {
  const [cpu, memory] = [groupFolder(cgroups, 'cpu'), groupFolder(cgroups, 'memory')];
  const text = (path: string | undefined, file: string) =>
    path === undefined ? Promise.resolve('') : read(root, join(path, file)).catch(() => '');
  const [quota, period] = cpu?.isVersion1
    ? await Promise.all([text(cpu.path, 'cpu.cfs_quota_us'), text(cpu.path, 'cpu.cfs_period_us')])
    : (await text(cpu?.path, 'cpu.max')).split(' ');
  const bytes = await text(memory?.path, memory?.isVersion1 ? 'memory.limit_in_bytes' : 'memory.max');
  const cpus = Number(quota?.trim() || Number.NaN) / Number(period ?? Number.NaN);
  const memoryBytes = Number(bytes.trim() || Number.NaN);
  return {
    cpus: cpus > 0 ? cpus : undefined,
    memoryBytes: memoryBytes < noMemoryLimit ? memoryBytes : undefined,
  };
}

/** Where the group is that a controller limits, of the lines of /proc/<pid>/cgroup; the second version has one for all. */
export function groupFolder(cgroups: string, controller: string): { path: string; isVersion1: boolean } | undefined {
  const lines = cgroups.split('\n').map((line) => line.split(':'));
  const first = lines.find(([, controllers]) => controllers?.split(',').includes(controller));
  const found = first ?? lines.find(([, controllers]) => controllers === '');
  return found && { path: join('sys/fs/cgroup', first ? controller : '', found[2] ?? ''), isVersion1: !!first };
}

function countIn(stat: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
}

/** At once: such files are made as they are read, in some 20 us, and a thread that reads them costs several times that. */
async function read(root: string, path: string): Promise<string> {
  return readFileSync(join(root, path), 'utf8');
}

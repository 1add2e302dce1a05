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
  /** Of processes that it started, once they have ended. */
  readonly childCpuMs: number;
  readonly residentBytes: number;
  /** Of the control group it is in, which it may share with others. */
  readonly throttling: Throttling;
  /** Of the same group. */
  readonly limits: GroupLimits;
}

/** What the control group of a container has used since it was made; counters of what is not mounted here are undefined. */
export interface GroupUse {
  readonly cpuUs: number | undefined;
  /** In use less what the kernel can drop at once, as `docker stats` and Kubernetes count it. */
  readonly memoryBytes: number | undefined;
  readonly throttling: Throttling;
  readonly limits: GroupLimits;
}

/** How often and how long a control group was held back by its CPU limit, since it was made. */
export interface Throttling {
  /** Periods in which it ran and had a limit. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledMs: number;
}

/** From here on a limit of memory is none: in version 1, that is the largest number of 63 bits that is a multiple of a page. */
export const noMemoryLimit = 2 ** 62;

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
    childCpuMs: (stat.childTicks * 1000) / ticksPerSecond,
    residentBytes: Number(resident) * 1024,
    throttling,
    limits,
  };
}

/** Use of the control group of a container by a process in it; rejects when that has ended. */
export async function readGroupUse(pid: number, containerId: string, root = '/'): Promise<GroupUse> {
  const cgroups = groupsAt(await read(root, `proc/${pid}/cgroup`), containerId);
  if (!cgroups.includes(containerId)) throw new Error(`process ${pid} is not in container ${containerId.slice(0, 12)}`);
  const [throttling, limits] = await Promise.all([readThrottling(cgroups, root), readLimits(cgroups, root)]);
  const [cpu, memory] = [groupFolder(cgroups, 'cpuacct'), groupFolder(cgroups, 'memory')];
  const text = (path: string | undefined, file: string) =>
    path === undefined ? Promise.resolve('') : read(root, join(path, file)).catch(() => '');
  const [used, held, stat] = await Promise.all([
    text(cpu?.path, cpu?.isVersion1 ? 'cpuacct.usage' : 'cpu.stat'),
    text(memory?.path, memory?.isVersion1 ? 'memory.usage_in_bytes' : 'memory.current'),
    text(memory?.path, 'memory.stat'),
  ]);
  const cpuUs = cpu?.isVersion1 ? Number(used.trim() || Number.NaN) / 1000 : countIn(used, 'usage_usec', Number.NaN);
  const droppable = countIn(stat, memory?.isVersion1 ? 'total_inactive_file' : 'inactive_file');
  const memoryBytes = Math.max(0, Number(held.trim() || Number.NaN) - droppable);
  return {
    cpuUs: Number.isFinite(cpuUs) ? cpuUs : undefined,
    memoryBytes: Number.isFinite(memoryBytes) ? memoryBytes : undefined,
    throttling,
    limits,
  };
}

/** A container may have made groups below its own, into which its processes went. */
function groupsAt(cgroups: string, containerId: string): string {
  return cgroups
    .split('\n')
    .map((line) => {
      const at = line.indexOf(containerId);
      const below = at < 0 ? -1 : line.indexOf('/', at);
      return below < 0 ? line : line.slice(0, below);
    })
    .join('\n');
}

/** A group without a limit of its own has no such counters, or zeros: it was never held back. */
async function readThrottling(cgroups: string, root: string): Promise<Throttling> {
  const stat = await readOfGroup(groupFolder(cgroups, 'cpu'), 'cpu.stat', root);
  return {
    periods: countIn(stat, 'nr_periods'),
    throttledPeriods: countIn(stat, 'nr_throttled'),
    throttledMs: countIn(stat, 'throttled_usec') / 1e3 + countIn(stat, 'throttled_time') / 1e6,
  };
}

/** What the kernel has killed in the control group of a process for want of memory, and how much that may use. */
export async function readMemoryKills(
  pid: number,
  root = '/',
): Promise<{ readonly kills: number; readonly limitBytes: number | undefined }> {
  const cgroups = await read(root, `proc/${pid}/cgroup`).catch(() => '');
  const group = groupFolder(cgroups, 'memory');
  // cgroup-v2.rst, memory.events; version 1 has the same key in memory.oom_control since Linux 4.13.
  const text = await readOfGroup(group, group?.isVersion1 ? 'memory.oom_control' : 'memory.events', root);
  const { memoryBytes } = await readLimits(cgroups, root);
  return { kills: countIn(text, 'oom_kill'), limitBytes: memoryBytes };
}

/** Of the group itself; one above it may allow less (cgroups(7): cpu.max and memory.max, in version 1 quota, period and limit). */
async function readLimits(cgroups: string, root: string): Promise<GroupLimits> {
  const [cpu, memory] = [groupFolder(cgroups, 'cpu'), groupFolder(cgroups, 'memory')];
  const text = (group: GroupFolder | undefined, file: string) => readOfGroup(group, file, root);
  const [quota, period] = cpu?.isVersion1
    ? await Promise.all([text(cpu, 'cpu.cfs_quota_us'), text(cpu, 'cpu.cfs_period_us')])
    : (await text(cpu, 'cpu.max')).split(' ');
  const bytes = await text(memory, memory?.isVersion1 ? 'memory.limit_in_bytes' : 'memory.max');
  const cpus = Number(quota?.trim() || Number.NaN) / Number(period ?? Number.NaN);
  const memoryBytes = Number(bytes.trim() || Number.NaN);
  return {
    cpus: cpus > 0 ? cpus : undefined,
    memoryBytes: memoryBytes < noMemoryLimit ? memoryBytes : undefined,
  };
}

interface GroupFolder {
  readonly path: string;
  readonly isVersion1: boolean;
}

/** A file of a group; empty where it is not there. */
async function readOfGroup(group: GroupFolder | undefined, file: string, root: string): Promise<string> {
  if (!group) return '';
  return await read(root, join(group.path, file)).catch(async () => {
    const mounts = await read(root, 'proc/self/mountinfo').catch(() => '');
    const seen = belowMount(group.path, mounts);
    return seen === undefined ? '' : await read(root, join(seen, file)).catch(() => '');
  });
}

/** In a container the path of a group may be that of its host, while only what is below its own group is mounted (proc(5), mountinfo: field 4). */
function belowMount(path: string, mounts: string): string | undefined {
  for (const line of mounts.split('\n')) {
    const [, , , from = '', at = ''] = line.split(' ');
    if (from === '/' || from === '' || !at.startsWith('/sys/fs/cgroup')) continue;
    const mounted = join(at.slice(1), from);
    if (path === mounted || path.startsWith(`${mounted}/`)) return join(at.slice(1), path.slice(mounted.length));
  }
  return undefined;
}

/** Where the group is that a controller limits, of the lines of /proc/<pid>/cgroup; the second version has one for all. */
export function groupFolder(cgroups: string, controller: string): GroupFolder | undefined {
  const lines = cgroups.split('\n').map((line) => line.split(':'));
  const first = lines.find(([, controllers]) => controllers?.split(',').includes(controller));
  const found = first ?? lines.find(([, controllers]) => controllers === '');
  return found && { path: join('sys/fs/cgroup', first ? controller : '', found[2] ?? ''), isVersion1: !!first };
}

function countIn(stat: string, key: string, without = 0): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1] ?? without);
}

/** At once: such files are made as they are read, in some 20 us, and a thread that reads them costs several times that. */
async function read(root: string, path: string): Promise<string> {
  return readFileSync(join(root, path), 'utf8');
}

/** What Linux tells of a process and of the whole machine under /proc and /sys/fs/cgroup; on other systems every look fails. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** CPU time of all cores since boot, in ticks of the kernel; only shares of differences mean anything. */
export interface HostTimes {
  readonly total: number;
  readonly idle: number;
  /** Taken by other guests of the hypervisor. */
  readonly steal: number;
  /** Processes that ran or waited to run, mean of the last minute. */
  readonly load1m: number;
}

/** CPU time since its start, and memory, of one process; `cpuMs` has a resolution of 10 ms. */
export interface ProcessUse {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Of the control group it is in, which it may share with others. */
  readonly throttling: Throttling;
}

/** How often and how long a control group was held back by its CPU limit, since it was made. */
export interface Throttling {
  readonly throttledPeriods: number;
  readonly throttledMs: number;
}

/** USER_HZ, which is 100 on every architecture that Node runs on (proc(5), /proc/pid/stat). */
const ticksPerMs = 0.1;

/** CPU times of the machine; `root` is `/` unless a test has its own. */
export async function readHostTimes(root = '/'): Promise<HostTimes> {
  const [stat, loadavg] = await Promise.all([read(root, 'proc/stat'), read(root, 'proc/loadavg')]);
  const cpu = stat.split('\n').find((line) => line.startsWith('cpu '));
  // user nice system idle iowait irq softirq steal; guest times are in user already.
  const times = (cpu ?? '').split(/\s+/).slice(1, 9).map(Number);
  const [idle, iowait, steal] = [times[3], times[4], times[7]];
  if (idle === undefined || iowait === undefined || steal === undefined)
    throw new Error('/proc/stat is not as expected');
  return { total: times.reduce((sum, time) => sum + time, 0), idle: idle + iowait, steal, load1m: parseFloat(loadavg) };
}

/** Use of the process `pid`; rejects when there is none, or only its remains. */
export async function readProcessUse(pid: number, root = '/'): Promise<ProcessUse> {
  const [stat, status, throttling] = await Promise.all([
    read(root, `proc/${pid}/stat`),
    read(root, `proc/${pid}/status`),
    readThrottling(pid, root),
  ]);
  // The name in brackets may hold blanks and brackets, so fields are counted after its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (fields[0] === 'Z' || resident === undefined) throw new Error(`process ${pid} has ended`);
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) / ticksPerMs,
    residentBytes: Number(resident) * 1024,
    throttling,
  };
}

/** A group without a limit of its own has no such counters, or zeros: it was never held back. */
async function readThrottling(pid: number, root: string): Promise<Throttling> {
  const [version = '', path = ''] = (await cpuGroup(pid, root))?.split(':') ?? [];
  const stat = await read(root, join('sys/fs/cgroup', version, path, 'cpu.stat')).catch(() => '');
  const value = (key: string) => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return {
    throttledPeriods: value('nr_throttled'),
    throttledMs: value('throttled_usec') / 1e3 + value('throttled_time') / 1e6,
  };
}

/** `<controller>:<path>` of the group that limits this process's CPU; the controller is empty in version 2. */
async function cpuGroup(pid: number, root: string): Promise<string | undefined> {
  const lines = (await read(root, `proc/${pid}/cgroup`)).split('\n').map((line) => line.split(':'));
  const v1 = lines.find(([, controllers]) => controllers?.split(',').includes('cpu'));
  const found = v1 ?? lines.find(([, controllers]) => controllers === '');
  return found && `${v1 ? 'cpu' : ''}:${found[2] ?? ''}`;
}

async function read(root: string, path: string): Promise<string> {
  return await readFile(join(root, path), 'utf8');
}

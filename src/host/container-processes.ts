/** The processes of a container as this machine's /proc shows them, where the container runs on this machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupFolder } from './proc-fs.ts';
import { parseProcStat } from './proc-stat.ts';

/**
 * The main process first, then the others of its control group; undefined when `pid` is not that container's here, as where the engine runs
 * on another machine or in a virtual one. `root` is `/` unless a test has its own.
 */
export function containerProcesses(containerId: string, pid: number, root = '/'): number[] | undefined {
  const cgroups = read(root, `proc/${pid}/cgroup`);
  const isInGroup = cgroups.includes(containerId);
  // An engine without control groups still mounts the container's own resolv.conf, from a folder with its id.
  if (!isInGroup && !read(root, `proc/${pid}/mountinfo`).includes(containerId)) return undefined;
  const group = groupFolder(cgroups, 'cpu')?.path ?? '';
  // A group without its id may be the whole machine's.
  const listed = group.includes(containerId) ? read(root, join(group, 'cgroup.procs')) : '';
  const others = listed.split('\n').map(Number);
  return [pid, ...others.filter((one) => one > 0 && one !== pid)];
}

/**
 * The main process of a container whose runtime is not asked: of all in its control group the one that began first. Undefined where none of
 * this machine is in it.
 */
export function mainProcess(containerId: string, root = '/'): number | undefined {
  const inside = pidsOf(root).filter((pid) => read(root, `proc/${pid}/cgroup`).includes(containerId));
  const started = inside.flatMap((pid) => {
    const startTicks = parseProcStat(read(root, `proc/${pid}/stat`))?.startTicks;
    return startTicks === undefined ? [] : [{ pid, startTicks }];
  });
  return started.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)[0]?.pid;
}

/** Whether a process of this machine is in the control group of a container. */
export function isInContainer(pid: number, containerId: string, root = '/'): boolean {
  return read(root, `proc/${pid}/cgroup`).includes(containerId);
}

function pidsOf(root: string): number[] {
  try {
    return readdirSync(join(root, 'proc')).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function read(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), 'latin1');
  } catch {
    return '';
  }
}

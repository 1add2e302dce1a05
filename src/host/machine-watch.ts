/** What the machine does to this process and those of its control group: held back by a CPU limit, or robbed by other guests. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readHostTimes, readMemoryKills, readProcessUse } from './proc-fs.ts';

/** Since the last look; what this system does not count is absent. */
interface MachineUse {
  readonly throttledMs?: number;
  /** Of all processors, 0 to 100. */
  readonly stealPercent?: number;
}

/** Looks at counters of the machine, from its start on. */
export interface MachineWatch {
  take(): Promise<MachineUse>;
}

/** Starts to watch. */
export function watchMachine(root = '/', pid = process.pid): MachineWatch {
  let before = countersOf(root, pid);
  return {
    async take() {
      const [was, now] = await Promise.all([before, countersOf(root, pid)]);
      before = Promise.resolve(now);
      const total = (now.total ?? 0) - (was.total ?? 0);
      return {
        ...(now.throttledMs === undefined || was.throttledMs === undefined
          ? {}
          : { throttledMs: Math.max(0, now.throttledMs - was.throttledMs) }),
        ...(total > 0 ? { stealPercent: (100 * ((now.steal ?? 0) - (was.steal ?? 0))) / total } : {}),
      };
    },
  };
}

interface Counters {
  readonly throttledMs: number | undefined;
  readonly total: number | undefined;
  readonly steal: number | undefined;
}

async function countersOf(root: string, pid: number): Promise<Counters> {
  const [use, times] = await Promise.all([
    readProcessUse(pid, root).catch(() => undefined),
    readHostTimes(root).catch(() => undefined),
  ]);
  return { throttledMs: use?.throttling.throttledMs, total: times?.total, steal: times?.steal };
}

/** How often the kernel has killed something of this control group for want of memory, and how many bytes that may use. */
export function ownMemoryKills(): Promise<{ readonly kills: number; readonly limitBytes: number | undefined }> {
  return readMemoryKills(process.pid);
}

/** How many cores the control group of this process may use; undefined where it has no limit. */
export async function ownCpuLimit(): Promise<number | undefined> {
  const use = await readProcessUse(process.pid).catch(() => undefined);
  return use?.limits.cpus;
}

/** Names the network whose loopback addresses this process has: the same for two processes that reach each other there. */
export function networkMark(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    return hostname();
  }
}

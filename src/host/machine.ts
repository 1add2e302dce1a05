/** What this machine is, for the environment block of a result and for `doctor`. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, homedir, hostname, release, totalmem, type } from 'node:os';
import type { MachineFacts } from '../model/machine.ts';

/** Whether /proc and loopback addresses beyond 127.0.0.1 are there. */
export const isLinux = process.platform === 'linux';

/** The system as Node names it, such as `linux` or `darwin`. */
export const platform: string = process.platform;

/** The architecture of this machine as Docker and Go call it. */
export const goArch: string = { x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch;

/** What this machine is called. */
export const hostName: string = hostname();

/** The home of the user. */
export function homeFolder(): string {
  return homedir();
}

/** Operating system, processors, memory and Node version of this machine. */
export function machineFacts(): MachineFacts {
  return {
    os: `${type()} ${release()}`,
    cpuModel: cpus()[0]?.model.trim() || 'unknown',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
  };
}

/** The soft limit of open files of this process, or undefined where the system does not say (not Linux). */
export function openFilesLimit(): number | undefined {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\d+)/m);
    return line ? Number(line[1]) : undefined;
  } catch {
    return undefined;
  }
}

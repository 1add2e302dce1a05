/** What Linux tells of the processes of this machine under /proc; elsewhere there seem to be none. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type ProcStat, parseProcStat } from './proc-stat.ts';

/** A process found by its environment. */
export interface FoundProcess {
  readonly pid: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** All pids of the machine. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Processes of this user whose environment holds `variable`, with the values of `variables`. */
export function findProcesses(variable: string, variables: readonly string[]): FoundProcess[] {
  return processIds().flatMap((pid) => {
    const environment = environmentOf(pid);
    if (!environment?.has(variable)) return [];
    return [{ pid, variables: Object.fromEntries(variables.map((name) => [name, environment.get(name) ?? ''])) }];
  });
}

/** The line of numbers about a process; undefined when it is gone. */
export function statOf(pid: number): ProcStat | undefined {
  return parseProcStat(read(`/proc/${pid}/stat`) ?? '');
}

/** The group of a process; undefined when it is gone. */
export function groupOf(pid: number): number | undefined {
  return statOf(pid)?.group;
}

/** The arguments of a process, each with a NUL after it; undefined when they cannot be read. */
export function argumentsOf(pid: number): string | undefined {
  return read(`/proc/${pid}/cmdline`);
}

/** The command line of a process, for messages; empty when it cannot be read. */
export function commandLine(pid: number): string {
  return (argumentsOf(pid) ?? '').replaceAll('\0', ' ').trim();
}

/** The variables that a process was started with; undefined when they cannot be read. */
export function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  const entries = read(`/proc/${pid}/environ`)?.split('\0');
  return (
    entries &&
    new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
  );
}

/** The link to the executable that a process runs; opens it also when its file was replaced or deleted. */
export function executableLink(pid: number): string {
  return `/proc/${pid}/exe`;
}

/** Where the executable of a process lies, with ` (deleted)` after it when it was; undefined when it may not be known. */
export function executableOf(pid: number): string | undefined {
  return linkTarget(executableLink(pid));
}

/** The file that the stderr of a process goes to; undefined for a terminal, a pipe or nothing. */
export function stderrFileOf(pid: number): string | undefined {
  const path = linkTarget(`/proc/${pid}/fd/2`);
  if (!path?.startsWith('/')) return undefined;
  try {
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

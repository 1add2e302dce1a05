/** What can be known of a local process without asking it: is it Go, where it listens, where its runtime's lines go (Linux, /proc). */
import { basename } from 'node:path';
import {
  commandLine,
  environmentOf,
  executableLink,
  executableOf,
  processIds,
  stderrFileOf,
} from '../../host/processes.ts';
import { readGoBuild } from '../../host/program-build.ts';
import { type ListeningSocket, sharesNetwork, socketsOf } from '../../host/sockets.ts';
import { messageOf } from '../../model/errors.ts';

/** A Go process of this machine. */
export interface GoProcess {
  readonly pid: number;
  /** The name of its executable. */
  readonly name: string;
  readonly goVersion: string;
  readonly listens: readonly ListeningSocket[];
  /** GODEBUG that it was started with; empty when there is none. */
  readonly goDebug: string;
  /** The file its stderr goes to; undefined for a terminal, a pipe or nothing. */
  readonly stderrFile?: string | undefined;
}

/** A process that cannot be observed by its pid, and why. */
export interface NoGoProcess {
  readonly pid: number;
  readonly why: string;
}

/** Looks at one process; never rejects. */
export async function lookAtProcess(pid: number): Promise<GoProcess | NoGoProcess> {
  const exe = executableOf(pid);
  if (exe === undefined) return { pid, why: whyUnreadable(pid) };
  const build = await readGoBuild(executableLink(pid)).catch((error: unknown) => messageOf(error));
  const command = commandLine(pid).slice(0, 80);
  if (typeof build === 'string') return { pid, why: `process ${pid} (${command}) cannot be looked at: ${build}` };
  if (!build) {
    const why = `process ${pid} (${command}) is not a Go process: its executable ${exe} has no Go build information (section .go.buildinfo)`;
    return { pid, why };
  }
  return {
    pid,
    name: basename(exe.replace(/ \(deleted\)$/, '')),
    goVersion: build.goVersion,
    listens: sharesNetwork(pid) ? socketsOf(pid) : [],
    goDebug: goDebugOf(pid),
    stderrFile: stderrFileOf(pid),
  };
}

/** Whether a look found a Go process. */
export function isGoProcess(found: GoProcess | NoGoProcess): found is GoProcess {
  return 'goVersion' in found;
}

/** The Go processes of this machine that rampart may look at, in order of their pids. */
export async function goProcesses(): Promise<GoProcess[]> {
  const found = await Promise.all(processIds().map(lookAtProcess));
  return found.filter(isGoProcess);
}

/** Whether GODEBUG asks the runtime for lines that rampart reads. */
export function printsTraces(goDebug: string): boolean {
  return /(^|,)(schedtrace|gctrace)=[1-9]/.test(goDebug);
}

/** Other processes that print runtime lines into the same file, so that nobody can tell whose they are. */
export function sharesStderr({ pid, stderrFile: file }: GoProcess): number[] {
  if (file === undefined) return [];
  return processIds().filter(
    (other) => other !== pid && stderrFileOf(other) === file && printsTraces(goDebugOf(other)),
  );
}

/** `4711 api (127.0.0.1:8080, 127.0.0.1:6060)`, for messages. */
export function describeProcess({ pid, name, listens }: GoProcess): string {
  const where = listens.map(({ address, port }) => `${address}:${port}`).join(', ');
  return `${pid} ${name} (${where === '' ? 'listens nowhere' : where})`;
}

function whyUnreadable(pid: number): string {
  if (commandLine(pid) !== '') {
    return `process ${pid} (${commandLine(pid).slice(0, 80)}) belongs to another user: run rampart as that user or as root, or give its address with --url`;
  }
  return processIds().includes(pid)
    ? `process ${pid} is a kernel thread, has ended, or belongs to another user`
    : `there is no process ${pid}`;
}

function goDebugOf(pid: number): string {
  return environmentOf(pid)?.get('GODEBUG') ?? '';
}

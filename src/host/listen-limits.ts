/** How many connections may wait to be accepted at a listening socket, which /proc does not tell. */
import { readFile } from 'node:fs/promises';
import { runCommand } from './command.ts';
import { readBuildSection } from './go-executable.ts';
import { networkOf } from './sockets.ts';

/** The environment that commands run in, and what ends them. */
export interface LimitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * By inode, of the listening sockets `inodes` of a process, as `ss` tells them in its network namespace. Where there is no `ss`, those of a
 * Go program are the namespace's greatest, which its net package asks for (net/sock_linux.go, maxListenerBacklog); else none are known.
 */
export async function readListenLimits(
  pid: number,
  inodes: readonly string[],
  options: LimitOptions,
): Promise<ReadonlyMap<string, number>> {
  const told = parseListenLimits(await outputIn(pid, ['ss', '-H', '-t', '-l', '-n', '-e'], options));
  if (inodes.some((inode) => told.has(inode))) return told;
  const isGo = await readBuildSection(`/proc/${pid}/exe`).catch(() => undefined);
  const greatest = isGo && Number(await outputIn(pid, ['cat', '/proc/sys/net/core/somaxconn'], options));
  return new Map(greatest ? inodes.map((inode) => [inode, greatest]) : []);
}

/**
 * The second number of a line that listens is the limit (Linux net/ipv4/tcp_diag.c, tcp_diag_get_info). None may be zero, because `ss` says
 * so where it can only read /proc.
 */
export function parseListenLimits(text: string): Map<string, number> {
  const lines = text.matchAll(/^LISTEN +\d+ +([1-9]\d*) .*\bino:(\d+)\b/gm);
  return new Map([...lines].map(([, limit, inode = '']) => [inode, Number(limit)]));
}

/** What a command prints in the network namespace of a process; empty when it cannot run there. */
async function outputIn(pid: number, command: readonly string[], options: LimitOptions): Promise<string> {
  const isOurs = networkOf(pid) === networkOf('self');
  const [file = '', ...args] = isOurs ? command : ['nsenter', `--net=/proc/${pid}/ns/net`, ...command];
  if (isOurs && file === 'cat') return await readFile(args[0] ?? '', 'latin1');
  const { code, stdout } = await runCommand(file, args, options).catch(() => ({ code: undefined, stdout: '' }));
  return code === 0 ? stdout : '';
}

/** Runs a command of the built rampart and looks at its memory every second. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Look } from './judge.ts';

/** How the command ended, and what it had resident meanwhile. */
export interface Watched {
  readonly exit: number | null;
  readonly stderr: string;
  readonly looks: readonly Look[];
  /** By the kernel's own high-water mark as of the last look. */
  readonly peakBytes: number;
  readonly seconds: number;
  /** Wall time of its start, milliseconds since 1970. */
  readonly startedMs: number;
}

/** The high-water mark is read more often than the looks are kept, because the command ends when it likes. */
const looksPerSecond = 20;

/** Resolves when the command has ended, however it did. */
export async function watchCommand(argv: readonly string[]): Promise<Watched> {
  const startedMs = Date.now();
  const child = spawn(process.execPath, ['dist/cli.js', ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  const errors: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
  const elapsedS = () => (Date.now() - startedMs) / 1000;
  const looks: Look[] = [];
  let peakBytes = 0;
  let beats = 0;
  const timer = setInterval(() => {
    const { now, peak } = residentBytes(child.pid);
    peakBytes = Math.max(peakBytes, peak);
    if (beats++ % looksPerSecond === 0 && now > 0) looks.push([elapsedS(), now]);
  }, 1000 / looksPerSecond);
  try {
    const [exit] = (await once(child, 'close')) as [number | null];
    return { exit, stderr: Buffer.concat(errors).toString(), looks, peakBytes, seconds: elapsedS(), startedMs };
  } finally {
    clearInterval(timer);
  }
}

/** VmRSS and VmHWM of proc(5), of a process and those it started; mapped files, such as Node itself, which they share, count once. Zero when it is gone. */
function residentBytes(pid: number | undefined): { now: number; peak: number } {
  const { now, peak } = ofProcess(pid);
  const children = textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children
    .map(ofProcess)
    .reduce(
      (total, child) => ({ now: total.now + child.now - child.files, peak: total.peak + child.peak - child.files }),
      { now, peak },
    );
}

function ofProcess(pid: number | undefined): { now: number; peak: number; files: number } {
  const status = textOf(`/proc/${pid}/status`);
  const field = (name: string) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM'), files: field('RssFile') };
}

/** Empty when the process ended between two looks. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

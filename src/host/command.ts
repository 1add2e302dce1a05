/** Commands that run to their end: what they printed, how they ended, and an abort that leaves nothing of them running. */
import { beginGroup, drainMs, endGroup, stopGroup } from './process-group.ts';

/** How a command runs; `env` is the whole environment. */
export interface CommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  /** Ends it, with all that it started. One without a signal finishes even when this process ends at once: it tidies up. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take to end when it is aborted, before it is killed; none when absent. */
  readonly graceMs?: number | undefined;
}

/** How a command ended; `output` is both streams in the order in which they came. */
export interface CommandEnd {
  /** Undefined when a signal killed it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** No command that rampart runs prints as much; what does would fill the memory. */
const mostBytes = 100_000_000;

const settings = {
  extendEnv: false,
  // The group of its own takes with it what a command works through, such as the plugin that is Compose.
  detached: true,
  stdin: 'ignore',
  reject: false,
  all: true,
  stripFinalNewline: false,
  maxBuffer: mostBytes,
} as const;

/**
 * Runs a command, whatever comes of it; rejects with the system's error when it cannot be started, with the signal's reason when aborted.
 */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const { env, cwd, signal, graceMs = 0 } = options;
  // A run that starts no command does not load what starts them.
  const { execa } = await import('execa');
  signal?.throwIfAborted();
  const child = execa(file, args, { ...settings, env, ...(cwd === undefined ? {} : { cwd }) });
  const { pid } = child;
  const kill = () => void (pid === undefined || stopGroup(pid, graceMs));
  if (pid !== undefined && signal) beginGroup(pid);
  signal?.addEventListener('abort', kill, { once: true });
  // What it left running may hold its streams open for ever.
  child.once('exit', () => {
    setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, drainMs).unref();
  });
  const result = await child;
  signal?.removeEventListener('abort', kill);
  if (pid !== undefined) endGroup(pid);
  signal?.throwIfAborted();
  if (result.isMaxBuffer) throw new Error(`${file} printed more than ${mostBytes / 1e6} MB`);
  // Only what could not be started has a code of the system.
  if (result.code !== undefined) throw result.cause ?? result;
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr, output: result.all };
}

/** Lines of what a command printed, without their newlines. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** Processes as somebody else would have started them: each with its stderr in a file, and ended by the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

/** Makes the runtime of every process print its lines. */
const traced = { GODEBUG: 'schedtrace=250,gctrace=1' };

export interface Strangers {
  /** Starts a program in the directory; its stderr goes to `<log>` there. */
  start(log: string, command: string, args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  /** Kills all of them and waits until they are gone. */
  end(): Promise<void>;
}

/** Starts processes in a directory of the test. */
export function strangersIn(directory: string): Strangers {
  const started: ChildProcess[] = [];
  return {
    start(log, command, args, env = {}) {
      const stderr = openSync(join(directory, log), 'a');
      const child = spawn(command, args, {
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: directory, ...traced, ...env },
        stdio: ['ignore', 'ignore', stderr],
      });
      closeSync(stderr);
      started.push(child);
      return child;
    },
    async end() {
      await Promise.all(
        started.splice(0).map(async (child) => {
          if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    },
  };
}

/** Waits until a page answers 200, and returns it. */
export async function answers(url: string): Promise<string> {
  return await vi.waitFor(
    async () => {
      const response = await fetch(url);
      expect(response.status).toBe(200);
      return await response.text();
    },
    { timeout: 50_000, interval: 50 },
  );
}

/** The sum of a metric over the label sets that hold `label`, as a service tells it now; 0 where it has none. */
export async function metricOf(url: string, name: string, label = ''): Promise<number> {
  const lines = (await answers(url)).split('\n').filter((line) => /[{ ]/.test(line.charAt(name.length)));
  const values = lines.filter((line) => line.startsWith(name) && line.includes(label));
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** The Go server in `test/truth`, which knows when each request arrived and how long it kept it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A running truth server on 127.0.0.1. */
export interface TruthServer extends AsyncDisposable {
  readonly port: number;
  /** Sets delays (see parsePlan in main.go) and forgets the arrivals so far. */
  plan(fields: Readonly<Record<string, string>>): Promise<void>;
  /** When each request since the last plan arrived, microseconds since the first, by the server's own monotonic clock. */
  arrivals(): Promise<readonly number[]>;
}

/** Builds the server into a directory of its own and starts it; fails when Go is missing. */
export async function startTruthServer(): Promise<TruthServer> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-truth-'));
  const binary = join(directory, 'truth');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, '..', 'truth') });
  const child = spawn(binary, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  const control = `http://127.0.0.1:${port}/control`;
  return {
    port,
    async plan(fields) {
      const answer = await fetch(`${control}/plan?${new URLSearchParams(fields)}`, { method: 'POST' });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async arrivals() {
      const { us } = (await (await fetch(`${control}/arrivals`)).json()) as { us: number[] };
      return us;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      rmSync(directory, { recursive: true });
    },
  };
}

/** The most of these times (in order, microseconds) that fall in any stretch of `widthUs`. */
export function busiest(timesUs: readonly number[], widthUs: number): number {
  let most = 0;
  let from = 0;
  timesUs.forEach((atUs, index) => {
    while (atUs - (timesUs[from] ?? 0) >= widthUs) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

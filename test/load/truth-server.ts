/** The Go server in `test/truth`, which knows when each request arrived and how long it kept it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A running truth server on 127.0.0.1. */
export interface TruthServer extends AsyncDisposable {
  readonly port: number;
  arrivals(): Promise<Arrivals>;
}

/** What the server has seen, by its own clocks. */
interface Arrivals {
  /** When each request arrived, microseconds since the first. */
  readonly us: readonly number[];
  /** How long each was kept, microseconds. */
  readonly heldUs: readonly number[];
  /** What of that was by its plan, waiting for those before it while it was dark and after it: not what the machine held up. */
  readonly queuedUs: readonly number[];
  /** From when to when nobody was answered, microseconds since the first, where the plan is to drop or refuse them. */
  readonly darkUs: readonly [number, number];
  /** When the first came, microseconds since 1970. */
  readonly firstUnixUs: number;
}

/** Starts a server with this plan (see parsePlan in main.go), built once for all tests of a file; fails when Go is missing. */
export async function startTruthServer(fields: Readonly<Record<string, string>> = {}): Promise<TruthServer> {
  binary ??= build();
  const child = spawn(await binary, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  const control = `http://127.0.0.1:${port}/control`;
  const answer = await fetch(`${control}/plan?${new URLSearchParams(fields)}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
  return {
    port,
    arrivals: async () => (await (await fetch(`${control}/arrivals`)).json()) as Arrivals,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

let binary: Promise<string> | undefined;

async function build(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-truth-'));
  process.once('exit', () => rmSync(directory, { recursive: true }));
  const file = join(directory, 'truth');
  await promisify(execFile)('go', ['build', '-o', file, '.'], { cwd: join(import.meta.dirname, '..', 'truth') });
  return file;
}

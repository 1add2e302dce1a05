/** The two Go programs of the benchmark: the target, which writes down when requests arrived, and the meter of a command's cost. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the target saw since its last plan. */
export interface Seen {
  /** When each request arrived, in order, microseconds since the first. */
  readonly us: readonly number[];
  /** How long each of them was kept until it was answered; -1 when it was not. */
  readonly heldUs: readonly number[];
  /** When the first came, microseconds of the wall clock. */
  readonly firstUnixUs: number;
}

/** The running target on 127.0.0.1. */
export interface Target extends AsyncDisposable {
  readonly url: string;
  /** Sets delays (see parsePlan in test/truth/main.go) and forgets what was seen. */
  plan(fields: Readonly<Record<string, string>>): Promise<void>;
  /** Undefined when nothing arrived. */
  seen(): Promise<Seen | undefined>;
}

/** Builds both programs into a directory: paths of the target and of the meter. */
export function buildPrograms(directory: string): { readonly target: string; readonly meter: string } {
  const target = join(directory, 'truth');
  const meter = join(directory, 'measure');
  execFileSync('go', ['build', '-o', target, '.'], { cwd: join('test', 'truth'), stdio: 'inherit' });
  execFileSync('go', ['build', '-o', meter, join('test', 'bench', 'load', 'measure', 'main.go')], { stdio: 'inherit' });
  return { target, meter };
}

/** Starts the target; disposing of it ends it. */
export async function startTarget(program: string): Promise<Target> {
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${Number(String(line))}/`;
  return {
    url,
    async plan(fields) {
      const answer = await fetch(`${url}control/plan?${new URLSearchParams(fields)}`, { method: 'POST' });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async seen() {
      const { us, heldUs, firstUnixUs } = (await (await fetch(`${url}control/arrivals`)).json()) as Partial<Seen>;
      if (!us || !heldUs || firstUnixUs === undefined) return undefined;
      // Two that arrive together may be written down the other way round.
      const order = us.map((_, index) => index).sort((a, b) => (us[a] ?? 0) - (us[b] ?? 0));
      return { us: order.map((n) => us[n] ?? 0), heldUs: order.map((n) => heldUs[n] ?? -1), firstUnixUs };
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

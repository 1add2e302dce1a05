/** Generators as users start them: processes of the built command, each on a loopback address of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hrUs } from '../../../src/host/clock.ts';
import { networkMark } from '../../../src/host/machine-watch.ts';
import type { Fleet, FleetContext, GeneratorPlace, GeneratorSource } from '../../../src/load/generators/fleet.ts';
import { builtFleet } from '../built-engines.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const cli = join(root, 'dist', 'cli.js');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** The token of all of them. */
export const token = 'a token for tests, and for nothing else';

/** A started command. */
export interface StartedGenerator extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly host: string;
  readonly port: number;
  /** What it printed so far. */
  readonly lines: readonly string[];
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>;
  /** Resolves when it has printed a line with this in it. */
  said(text: string): Promise<string>;
}

let nextHost = 1;

/** Starts one that is called, by these words before it where there are any; it listens when this resolves. */
export async function startListening(
  name: string,
  flags: readonly string[] = [],
  before: readonly string[] = [],
): Promise<StartedGenerator> {
  const host = `127.0.40.${nextHost++}`;
  const started = startCommand(['--listen', `${host}:0`, '--name', name, ...flags], before);
  const line = await started.said('waits at');
  return Object.assign(started, { host, port: Number(line.split(':').at(-1)) });
}

/** Starts one that calls. */
export function startJoining(name: string, place: string, flags: readonly string[] = []): StartedGenerator {
  return startCommand(['--join', place, '--name', name, ...flags]);
}

function startCommand(flags: readonly string[], before: readonly string[] = []): StartedGenerator {
  const [program = '', ...words] = [...before, process.execPath, cli, 'generator', ...flags];
  const child = spawn(program, words, {
    env: { PATH: process.env['PATH'], RAMPART_TOKEN: token },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  return {
    child,
    host: '',
    port: 0,
    lines,
    exited,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => line.includes(text));
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then((code) => reject(new Error(`it ended with ${code}: ${lines.join('\n')}`)));
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** So many that are called, all ended at the end of the test. */
export async function startSome(
  count: number,
): Promise<AsyncDisposable & { readonly all: readonly StartedGenerator[] }> {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => startListening(`g${index + 1}`)));
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

/** What a coordinator in the test's own process is opened with. */
export function fleetContext(change: Partial<FleetContext> = {}): FleetContext & { readonly told: readonly string[] } {
  const told: string[] = [];
  return {
    token,
    version,
    run: 'test',
    hrUs,
    withinMs: 50_000,
    network: networkMark(),
    signal: new AbortController().signal,
    info: (message) => told.push(message),
    warn: (message) => told.push(message),
    told,
    ...change,
  };
}

/** The fleet of those, let go at the end of the test. */
export async function openOver(
  generators: readonly Pick<StartedGenerator, 'host' | 'port'>[],
  context = fleetContext(),
): Promise<Fleet & AsyncDisposable> {
  const { placeAt } = await builtFleet();
  const places: GeneratorPlace[] = generators.map(({ host, port }) => placeAt(host, port));
  return await openFrom({ kind: 'addresses', places }, context);
}

/** A fleet of any source. */
export async function openFrom(source: GeneratorSource, context = fleetContext()): Promise<Fleet & AsyncDisposable> {
  const { openFleet } = await builtFleet();
  const fleet = await openFleet(source, context);
  return { ...fleet, [Symbol.asyncDispose]: () => fleet.release() };
}

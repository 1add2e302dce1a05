/** Real generators on this machine, and what each says: `rampart run` over processes of `rampart generator`, through relays that count bytes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunResult } from '../../../src/model/run-result.ts';

/** What was seen of one number of generators. */
export interface MeasuredFleet {
  readonly generators: number;
  /** What one generator said in a second of the load, clock exchanges and all, bytes. */
  readonly heardEach: number;
  readonly writtenPerSecond: number;
  readonly planned: number;
  readonly verdict: string;
  /** Of all generators, microseconds. */
  readonly uncertaintyMaxUs: number;
  readonly firstArrivalSkewMaxUs: number;
}

const token = 'a token for the benchmark, and for nothing else';

/** Sends a load with so many generators, each at the same rate. */
export async function measureFleet(generators: number, rpsEach: number, seconds: number): Promise<MeasuredFleet> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-scale-'));
  const children: ChildProcess[] = [];
  const relays: Relay[] = [];
  try {
    const target = await startTarget(directory, children);
    for (let index = 0; index < generators; index++)
      relays.push(await startRelay(await startGenerator(index, children)));
    const out = join(directory, 'run');
    const file = join(directory, 'rampart.yaml');
    writeFileSync(file, scenarioOf(target, relays, rpsEach * generators, seconds));
    const run = spawn(process.execPath, ['dist/cli.js', 'run', file, '--out', out], {
      env: { ...process.env, RAMPART_TOKEN: token },
      stdio: 'ignore',
    });
    children.push(run);
    await once(run, 'exit');
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
    const told = result.generators ?? [];
    const heard = relays.reduce((sum, relay) => sum + relay.heardBytes(), 0);
    return {
      generators,
      heardEach: heard / generators / seconds,
      writtenPerSecond: statSync(join(out, 'raw', 'load.ndjson')).size / seconds,
      planned: told.reduce((sum, each) => sum + each.planned, 0),
      verdict: result.validity.verdict,
      uncertaintyMaxUs: Math.max(...told.map((each) => each.uncertaintyUs)),
      firstArrivalSkewMaxUs: Math.max(...told.map((each) => each.firstArrivalSkewUs ?? 0)),
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    for (const relay of relays) relay.close();
    rmSync(directory, { recursive: true });
  }
}

async function startTarget(directory: string, children: ChildProcess[]): Promise<number> {
  const program = join(directory, 'target');
  execFileSync('go', ['build', '-o', program, join('test', 'bench', 'memory', 'target', 'main.go')]);
  const target = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(target);
  const [line] = await once(target.stdout, 'data');
  return Number(String(line));
}

async function startGenerator(index: number, children: ChildProcess[]): Promise<{ host: string; port: number }> {
  const host = `127.0.41.${index + 1}`;
  const child = spawn(
    process.execPath,
    ['dist/cli.js', 'generator', '--listen', `${host}:0`, '--name', `g${index + 1}`],
    {
      env: { ...process.env, RAMPART_TOKEN: token },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  children.push(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /waits at .*:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { host, port: Number(port) };
  }
  throw new Error('a generator ended before it listened');
}

interface Relay {
  readonly port: number;
  /** Bytes from the generator. */
  heardBytes(): number;
  close(): void;
}

async function startRelay(to: { host: string; port: number }): Promise<Relay> {
  let heard = 0;
  const server: Server = createServer((near) => {
    const far = connect(to);
    far.on('data', (bytes) => {
      heard += bytes.length;
    });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, heardBytes: () => heard, close: () => void server.close() };
}

function scenarioOf(port: number, relays: readonly Relay[], rps: number, seconds: number): string {
  return `name: scale
topology: { engine: external, targets: [{ name: target }] }
target: { url: "http://127.0.0.1:${port}/" }
load:
  idle: 500ms
  arrivals: poisson
  generators: { addresses: [${relays.map((relay) => `"127.0.0.1:${relay.port}"`).join(', ')}] }
  steps: [{ name: all, rate: ${rps}/s, for: ${seconds}s }]
`;
}

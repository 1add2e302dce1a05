/**
 * One load sent by this machine alone, then by more and more generators on it, against a server that keeps a record of its own of what came
 * when: how evenly arrivals came, how late they were sent, and how far apart the generators began. To be run in the root of the repository.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../../src/model/run-result.ts';
import { indexOfDispersion } from '../load/statistics.ts';

const counts = [0, 1, 2, 4, 8];
const rps = 1000;
const seconds = 10;
const windowUs = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'rampart-generators-'));
const env = { ...process.env, RAMPART_TOKEN: randomBytes(24).toString('hex') };

/** The first of what a started program prints. */
async function firstOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const [text] = stream ? await once(stream, 'data') : [''];
  return String(text);
}

async function startGenerators(count: number) {
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const host = `127.0.41.${index + 1}`;
      const flags = ['dist/cli.js', 'generator', '--listen', `${host}:0`, '--name', `g${index + 1}`];
      const child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      const line = await firstOf(child.stderr);
      return { child, place: `${host}:${/:(\d+)/.exec(line)?.[1]}` };
    }),
  );
}

/** One run over so many; a row of the table. */
async function measure(truth: string, count: number): Promise<string[]> {
  const server = spawn(truth, { stdio: ['ignore', 'pipe', 'inherit'] });
  const generators = await startGenerators(count);
  try {
    const control = `http://127.0.0.1:${Number(await firstOf(server.stdout))}`;
    await fetch(`${control}/control/plan?delay=2ms`, { method: 'POST' });
    const file = join(folder, `${count}.yaml`);
    const places = JSON.stringify(generators.map(({ place }) => place));
    const lines = [
      'name: generators',
      'topology: { engine: external }',
      `target: { url: "${control}/" }`,
      'load:',
      ...(count > 0 ? [`  generators: { addresses: ${places} }`] : []),
      `  steps: [{ name: a, rate: ${rps}/s, for: ${seconds}s }]`,
    ];
    writeFileSync(file, lines.join('\n'));
    const out = join(folder, `run-${count}`);
    const run = spawn(process.execPath, ['dist/cli.js', 'run', file, '--out', out], { env, stdio: 'ignore' });
    await once(run, 'exit');
    const { us } = (await (await fetch(`${control}/control/arrivals`)).json()) as { us: number[] };
    return rowOf(count, JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult, us);
  } finally {
    server.kill();
    for (const { child } of generators) child.kill();
  }
}

function rowOf(count: number, { steps: [step], generators = [] }: RunResult, us: readonly number[]): string[] {
  const worst = (pick: (generator: NonNullable<RunResult['generators']>[number]) => number | undefined) =>
    generators.length === 0 ? '' : ms(Math.max(...generators.map((each) => Math.abs(pick(each) ?? 0))));
  return [
    count === 0 ? 'none' : String(count),
    String(us.length),
    indexOfDispersion(us, 0, seconds * 1e6, windowUs).toFixed(2),
    ms(step?.lagUs.p99 ?? Number.NaN),
    ms(step?.responseUs.p50 ?? Number.NaN),
    ms(step?.responseUs.p99 ?? Number.NaN),
    worst((each) => each.firstArrivalSkewUs),
    worst((each) => each.uncertaintyUs),
    worst((each) => each.offsetUs),
  ];
}

function ms(us: number): string {
  return (us / 1000).toFixed(2);
}

const heads = ['generators', 'arrived', 'dispersion', 'lag p99', 'p50', 'p99', 'start skew', 'clock ±', 'clock error'];
try {
  const truth = join(folder, 'truth');
  execFileSync('go', ['build', '-o', truth, '.'], { cwd: join('test', 'truth') });
  process.stdout.write(`| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|\n`);
  for (const count of counts) process.stdout.write(`| ${(await measure(truth, count)).join(' | ')} |\n`);
} finally {
  rmSync(folder, { recursive: true });
}

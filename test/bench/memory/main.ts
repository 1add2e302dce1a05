/** How much memory rampart needs for many requests and for long runs: `npm run bench:memory`, from the repository's root. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../../src/model/run-result.ts';
import { growthBetweenThirds, mostBytes, mostGrowthBytes } from './judge.ts';
import { longRunRps, writeLongRun } from './long-run.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { type Watched, watchCommand } from './watched-command.ts';

const warmUpS = 5;
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (!options) return console.log(usage);
  if (process.platform !== 'linux')
    throw new Error(`bench:memory reads /proc and runs on Linux, not ${process.platform}`);
  const directory = mkdtempSync(join(tmpdir(), 'rampart-memory-'));
  try {
    const verdicts = await measureAll(options, directory);
    if (verdicts.includes(false)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Whether each load kept to its limits. */
async function measureAll(options: Options, directory: string): Promise<boolean[]> {
  const { requests, rate, closedSeconds, hours } = options;
  const program = join(directory, 'target');
  execFileSync('go', ['build', '-o', program, join('test', 'bench', 'memory', 'target', 'main.go')]);
  const target = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const verdicts: boolean[] = [];
  try {
    const [line] = await once(target.stdout, 'data');
    const load = (name: string, mode: string, rps: number, seconds: number) =>
      measureLoad(join(directory, name), scenarioOf(name, mode, Number(String(line)), rps, seconds), name);
    if (requests > 0) verdicts.push(await load('open', 'open', rate, requests / rate));
    if (closedSeconds > 0) verdicts.push(await load('closed', 'closed', 1000, closedSeconds));
    if (hours > 0) {
      await load('short', 'open', 100, 1);
      await measureReading(join(directory, 'short'), join(directory, 'long'), hours);
    }
  } finally {
    target.kill();
  }
  return verdicts;
}

function scenarioOf(name: string, mode: string, port: number, rps: number, seconds: number): string {
  const rate = mode === 'closed' ? '' : `rate: ${rps}/s, `;
  return `name: ${name}
topology: { engine: external, targets: [{ name: target }] }
target: { url: "http://127.0.0.1:${port}/" }
load:
  mode: ${mode}
  maxConnections: 200
  idle: 500ms
  steps:
    - { name: warm-up, ${rate}for: ${warmUpS}s, measure: false }
    - { name: measure, ${rate}for: ${Math.ceil(seconds)}s }
`;
}

async function measureLoad(directory: string, scenario: string, title: string): Promise<boolean> {
  const file = `${directory}.yaml`;
  writeFileSync(file, scenario);
  const watched = await watchCommand(['run', file, '--out', directory]);
  const result = JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8')) as RunResult;
  const step = result.steps.find(({ kind }) => kind === 'measure');
  if (!step) throw new Error(`${title}: no load was sent: ${watched.stderr}`);
  const fromS = (Date.parse(result.startedAt) - watched.startedMs + step.startUs / 1000) / 1000;
  const toS = fromS + step.durationUs / 1e6;
  const growth = growthBetweenThirds(watched.looks, fromS, toS);
  const { completed, planned, completedRps } = step.load;
  console.log(
    `${title}: ${completed} of ${planned} requests at ${completedRps}/s, ${result.validity.verdict}; ` +
      `peak ${mib(peakWithin(watched, toS))} under load, ${mib(watched.peakBytes)} with the analysis after it; ` +
      `growth ${growth === undefined ? 'unknown' : mib(growth)} between the first and the last third`,
  );
  for (const { message } of result.validity.reasons) console.log(`  ${message}`);
  return watched.peakBytes <= mostBytes && (growth ?? 0) <= mostGrowthBytes;
}

function peakWithin({ looks }: Watched, toS: number): number {
  return Math.max(...looks.filter(([atS]) => atS <= toS).map(([, bytes]) => bytes));
}

async function measureReading(shortRun: string, directory: string, hours: number): Promise<void> {
  await writeLongRun(shortRun, directory, hours);
  const { exit, stderr, peakBytes, seconds } = await watchCommand(['report', directory]);
  if (exit !== 0) throw new Error(`rampart report ended with exit code ${exit}: ${stderr}`);
  const raw = statSync(join(directory, 'raw', 'load.ndjson')).size;
  console.log(
    `report: ${hours} h at ${longRunRps}/s, ${mib(raw)} of raw load read in ${seconds.toFixed(1)} s; peak ${mib(peakBytes)}`,
  );
}

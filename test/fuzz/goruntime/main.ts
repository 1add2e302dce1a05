/** Throws broken logs at the scanner for a while: `npm run fuzz:goruntime -- [--seconds N] [--seed S]`, from the repository's root. */
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createDumpGrouping } from '../../../src/goruntime/goroutines/dump-groups.ts';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import type { LogRecord } from '../../../src/goruntime/log/streams.ts';
import { createMutator } from './mutate.ts';

const usage =
  'npm run fuzz:goruntime -- [--seconds N] [--seed S]   10 seconds and a seed from the clock when not given';
const fixtures = 'test/fixtures/goruntime';
/** A log of 64 KiB takes a few milliseconds; this much of processor time is a hang, on any machine. */
const hangMs = 10_000;

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

function main(argv: readonly string[]): void {
  const { seconds, seed } = optionsOf(argv);
  const corpus = readdirSync(fixtures)
    .filter((name) => /\.(log|txt)$/.test(name))
    .map((name) => readFileSync(`${fixtures}/${name}`));
  const until = performance.now() + seconds * 1000;
  const counts: Record<string, number> = {};
  let bytes = 0;
  let logs = 0;
  let slowest = { ms: 0, seed };
  for (let turn = seed; performance.now() < until; turn += 1) {
    const { log, cuts } = createMutator(turn).log(corpus);
    const problem = check(log, cuts, counts);
    if (problem.text !== undefined) {
      console.error(`seed ${turn}: ${problem.text}\nagain with: npm run fuzz:goruntime -- --seed ${turn} --seconds 1`);
      process.exitCode = 1;
      return;
    }
    if (problem.ms > slowest.ms) slowest = { ms: problem.ms, seed: turn };
    bytes += log.length;
    logs += 1;
  }
  const found = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  console.log(
    `${logs} logs of ${(bytes / 1e6).toFixed(0)} MB from seed ${seed}, each read whole and in pieces, none wrong.`,
  );
  console.log(`Found: ${found.sort().join(', ')}.`);
  console.log(`The slowest took ${slowest.ms.toFixed(0)} ms of processor time, with seed ${slowest.seed}.`);
}

/** What is wrong with what the scanner makes of this log, if anything, and how long it took to read it once. */
function check(log: Buffer, cuts: readonly number[], counts: Record<string, number>): { text?: string; ms: number } {
  const start = process.cpuUsage();
  try {
    const whole = scan([log]);
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > hangMs) return { text: `took ${ms.toFixed(0)} ms for ${log.length} bytes`, ms };
    const places = [0, ...cuts, log.length];
    const apart = scan(places.slice(1).map((end, index) => log.subarray(places[index] ?? 0, end)));
    if (!isDeepStrictEqual(apart, whole)) return { text: 'is read otherwise when it is cut into chunks', ms };
    for (const record of whole.records) {
      counts[record.kind] = (counts[record.kind] ?? 0) + 1;
      if (!allFinite(record)) return { text: `gives a number that is none: ${JSON.stringify(record)}`, ms };
      if (record.stamp < 0 || record.stamp > log.length) return { text: `gives a place outside: ${record.stamp}`, ms };
    }
    for (const [kind, { count }] of whole.rejects)
      counts[`rejected ${kind}`] = (counts[`rejected ${kind}`] ?? 0) + count;
    return { ms };
  } catch (error) {
    return { text: `threw ${error instanceof Error ? error.stack : error}`, ms: 0 };
  }
}

function scan(chunks: readonly Buffer[]) {
  const records: LogRecord[] = [];
  const grouping = createDumpGrouping();
  const scanner = createLogScanner((record) => {
    records.push(record);
    if (record.kind === 'goroutine') grouping.add(record.value);
  });
  // A copy that is spoilt afterwards: the scanner must not keep what it was lent.
  for (const chunk of chunks) {
    const lent = Buffer.from(chunk);
    scanner.write(lent);
    lent.fill(0);
  }
  return { rejects: [...scanner.end()], records, groups: grouping.groups() };
}

function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(allFinite);
}

function optionsOf(argv: readonly string[]): { seconds: number; seed: number } {
  const options = { seconds: 10, seed: Date.now() % 2 ** 31 };
  for (let at = 0; at < argv.length; at += 2) {
    const value = Number(argv[at + 1]);
    if (argv[at] === '--seconds' && value > 0) options.seconds = value;
    else if (argv[at] === '--seed' && Number.isSafeInteger(value)) options.seed = value;
    else throw new Error(usage);
  }
  return options;
}

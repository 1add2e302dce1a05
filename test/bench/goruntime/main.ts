/** How fast logs are read and how much memory it takes: `npm run bench:goruntime -- [--megabytes N]`, from the repository's root. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCrowdDump } from './crowd-dump.ts';
import { logKinds, makeLog } from './make-log.ts';

interface Measured {
  readonly bytes: number;
  readonly seconds: number;
  readonly peakMib: number;
  readonly afterTenthMib: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly rejects: Readonly<Record<string, number>>;
  readonly groups: number;
}

const usage = 'npm run bench:goruntime -- [--megabytes N]   N megabytes of each kind of log, 1000 when not given';
const measurer = fileURLToPath(new URL('measure-log.js', import.meta.url));

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const [flag, text = '1000', ...rest] = argv;
  const megabytes = Number(text);
  if ((flag !== undefined && flag !== '--megabytes') || rest.length > 0 || !(megabytes > 0)) throw new Error(usage);
  const directory = mkdtempSync(join(tmpdir(), 'rampart-bench-'));
  try {
    console.log(`| log | MB | MB/s | peak memory | after a tenth | records | rejects |\n|---|---|---|---|---|---|---|`);
    for (const kind of logKinds) {
      const path = join(directory, `${kind}.log`);
      const file = openSync(path, 'w');
      for (const block of makeLog(kind, megabytes * 1e6)) writeSync(file, block);
      closeSync(file);
      console.log(rowOf(kind, measure(path)));
      rmSync(path);
    }
    const path = join(directory, 'crowd.log');
    const goroutines = await makeCrowdDump(directory, path, 10_000);
    const crowd = measure(path);
    console.log(rowOf('real SIGQUIT', crowd));
    const found = crowd.counts['goroutine'] ?? 0;
    console.log(
      `\nThe SIGQUIT dump of a program of ${goroutines} goroutines: ${found} read and put into ${crowd.groups} groups in ${crowd.seconds.toFixed(2)} s of processor time.`,
    );
    console.log(
      `MB/s are of processor time, on ${cpus()[0]?.model} with Node ${process.version}, reading the file included.\nPeak memory includes Node's own, about 45 MiB.`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function measure(path: string): Measured {
  const output = execFileSync(process.execPath, [measurer, path, String(statSync(path).size)], { encoding: 'utf8' });
  return JSON.parse(output) as Measured;
}

function rowOf(name: string, { bytes, seconds, peakMib, afterTenthMib, counts, rejects }: Measured): string {
  const sum = (numbers: Readonly<Record<string, number>>) =>
    Object.values(numbers).reduce((total, each) => total + each, 0);
  const mb = bytes / 1e6;
  return `| ${name} | ${mb.toFixed(0)} | ${(mb / seconds).toFixed(0)} | ${peakMib.toFixed(0)} MiB | ${afterTenthMib.toFixed(0)} MiB | ${sum(counts)} | ${sum(rejects)} |`;
}

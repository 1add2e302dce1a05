/** How long a report of a long run takes to make, in how much memory, and how large it is: `npm run bench:report`, from the repository's root. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchCommand } from '../memory/watched-command.ts';
import { writeMadeUpRun } from './made-up-run.ts';
import { openPage } from './open-page.ts';
import { type Options, parseOptions, usage } from './options.ts';

/** What the report of an hour with 20 targets may take at most. */
const most = { seconds: 10, peakBytes: 500 * 2 ** 20, resultBytes: 20e6, answeredMs: 2000 };

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

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
    throw new Error(`bench:report reads /proc and runs on Linux, not ${process.platform}`);
  const directory = options.out ?? mkdtempSync(join(tmpdir(), 'rampart-report-'));
  try {
    if (!(await measure(directory, options))) process.exitCode = 1;
  } finally {
    if (options.out === undefined) rmSync(directory, { recursive: true });
  }
}

async function measure(directory: string, options: Options): Promise<boolean> {
  await writeMadeUpRun(directory, options);
  const size = (name: string) => statSync(join(directory, name)).size;
  const raw = ['load', 'readings', 'stacks'].reduce((sum, name) => sum + size(`raw/${name}.ndjson`), 0);
  const { exit, stderr, peakBytes, seconds } = await watchCommand(['report', directory]);
  if (exit !== 0) throw new Error(`rampart report ended with exit code ${exit}: ${stderr}`);
  const result = size('result.json');
  console.log(
    `${options.seconds} s with ${options.targets} targets in ${options.steps} steps, ${mb(raw)} of raw samples: report in ${seconds.toFixed(1)} s, ` +
      `peak ${mib(peakBytes)}; result.json ${mb(result)}, report.html ${mb(size('report.html'))}`,
  );
  const isSmall = seconds <= most.seconds && peakBytes <= most.peakBytes && result <= most.resultBytes;
  return (await isPageQuick(join(directory, 'report.html'))) && isSmall;
}

/** Only where `RAMPART_CHROMIUM` names a browser. */
async function isPageQuick(file: string): Promise<boolean> {
  const chromium = process.env['RAMPART_CHROMIUM'];
  if (chromium === undefined) {
    console.log('page not measured: RAMPART_CHROMIUM names no browser');
    return true;
  }
  const { builtMs, answeredMs, elements } = await openPage(file, chromium);
  console.log(
    `page of ${elements} elements: built in ${(builtMs / 1000).toFixed(2)} s, first click answered after ${(answeredMs / 1000).toFixed(2)} s`,
  );
  return answeredMs <= most.answeredMs;
}

/** How long profiles take to be kept, found and merged: `npm run bench:profiles`, from the repository's root. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureMerge } from './measure-merge.ts';
import { measureStore } from './measure-store.ts';
import { parseOptions, usage } from './options.ts';

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (!options) return console.log(usage);
  const folder = mkdtempSync(join(tmpdir(), 'rampart-bench-profiles-'));
  try {
    for (const part of options.parts) {
      const isGood =
        part === 'store'
          ? await measureStore(join(folder, 'store'), options.profiles)
          : await measureMerge(join(folder, 'merge'), options.rounds);
      if (!isGood) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run directory to a recorded run that tests read. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRawRun } from '../../../src/archive/run-directory.ts';
import { type RawRun, runFiles } from '../../../src/model/raw-run.ts';
import { packRun } from '../../helpers/recorded-run.ts';

/** Above this a recording is a burden to everyone who clones the repository; its scenario wants to be shorter. */
const maxBytes = 150 * 1024;

/** Writes test/recorded/NAME.json.gz from a run directory, and gives its size in bytes; throws when it is too large. */
export async function keepRun(directory: string, name: string, root: string): Promise<number> {
  const { manifest, outcome, samples } = await readRawRun(directory);
  const packed = packRun({ manifest, outcome, samples: [...readingsOf(directory), ...samples] }, root);
  if (packed.length > maxBytes)
    throw new Error(
      `${name}: a recording of ${packed.length} B is too large (${maxBytes} B at most): make its steps shorter`,
    );
  const folder = join(root, 'test', 'recorded');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json.gz`), packed);
  return packed.length;
}

/** Of a run that is read from disk, analysis has only a table of them. */
function readingsOf(directory: string): RawRun['samples'] {
  const lines = readFileSync(join(directory, runFiles.readings), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RawRun['samples'][number]);
}

/** The directory of a comparison: its rounds with a run directory for each run, and `comparison.json`, written again after every run. */
import { join } from 'node:path';
import { makeDirectory, readTextIfAny, writeText } from '../host/files.ts';
import { type Comparison, comparisonSchema } from '../model/comparison.ts';
import { environmentError, messageOf, usageError } from '../model/errors.ts';
import { migrateComparison } from './migrate-comparison.ts';
import { ownerFile } from './owner-file.ts';

/** The file that says what a comparison did and found. */
export const comparisonFile = 'comparison.json';

/** Opens a directory for a comparison: gives what an interrupted one left in it, undefined when it is new or empty. */
export async function openComparisonDirectory(path: string): Promise<Comparison | undefined> {
  const found = await makeDirectory(path).catch((error: unknown) => {
    const hint = 'Name another place with --out DIR.';
    throw environmentError('out-not-writable', `${path}: cannot be made: ${messageOf(error)}`, hint, error);
  });
  // One that was killed before its first run had ended has left its mark alone.
  const names = found.filter((name) => name !== ownerFile);
  const before = await readComparison(path);
  if (before || names.length === 0) return before;
  throw usageError(
    'out-not-empty',
    `${path}: must be new, empty, or the directory of an interrupted comparison or gate; it holds ${names.slice(0, 3).join(', ')} but no ${comparisonFile}`,
    'Name another with --out DIR, or delete it.',
  );
}

/**
 * What `comparison.json` says, in the form of today also where an older rampart wrote it; undefined when there is none, environmentError
 * when it cannot be understood.
 */
export async function readComparison(path: string): Promise<Comparison | undefined> {
  const file = join(path, comparisonFile);
  const text = await readTextIfAny(file);
  if (text === undefined) return undefined;
  const hint = 'Name another directory with --out DIR; the run directories of its rounds can still be read one by one.';
  try {
    const parsed = comparisonSchema.safeParse(migrateComparison(JSON.parse(text)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  } catch (error) {
    const message = `${file}: is damaged or of another version of rampart: ${messageOf(error)}`;
    throw environmentError('comparison-damaged', message, hint, error);
  }
}

/** Writes `comparison.json` so that a reader, or the next start after a crash, never sees half of it. */
export async function writeComparison(path: string, comparison: Comparison): Promise<void> {
  await writeText(join(path, comparisonFile), `${JSON.stringify(comparison)}\n`);
}

/** A place for one run that no earlier attempt has used: `round-02/gogc-off`, then `round-02/gogc-off.2`. */
export async function placeForRun(path: string, round: number, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const place = join(`round-${String(round).padStart(2, '0')}`, number === 1 ? name : `${name}.${number}`);
    if ((await makeDirectory(join(path, place))).length === 0) return place;
  }
}

/** `capacity.json`: what a search for capacity found, beside the run that it was. */
import { join } from 'node:path';
import { readTextIfAny, writeText } from '../host/files.ts';
import { type CapacityResult, capacitySchema } from '../model/capacity.ts';
import { environmentError, messageOf } from '../model/errors.ts';

/** The file that says what a search found. */
export const capacityFile = 'capacity.json';

/** What the search in a directory found; undefined where it holds none, environmentError when the file cannot be understood. */
export async function readCapacity(directory: string): Promise<CapacityResult | undefined> {
  const path = join(directory, capacityFile);
  const text = await readTextIfAny(path);
  if (text === undefined) return undefined;
  try {
    const parsed = capacitySchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  } catch (error) {
    throw environmentError(
      'result-damaged',
      `${path}: is damaged or of another version of rampart: ${messageOf(error)}`,
      'Search again with `rampart capacity`; what the run measured is in its raw/.',
      error,
    );
  }
}

/** Writes it so that a reader never sees half of it. */
export async function writeCapacity(directory: string, capacity: CapacityResult): Promise<void> {
  await writeText(join(directory, capacityFile), `${JSON.stringify(capacity, undefined, 2)}\n`);
}

/** A pin: a file in the directory of a run that keeps it from being pruned. */
import { join } from 'node:path';
import { removeTree, writeText } from '../host/files.ts';

/** The pin, in the directory. */
export const pinFile = '.pinned';

/** Pins a directory; again is as good as once. */
export async function pinDirectory(directory: string, reason: string): Promise<void> {
  await writeText(join(directory, pinFile), `${reason}\n`);
}

/** Takes the pin away; none is no failure. */
export async function unpinDirectory(directory: string): Promise<void> {
  await removeTree(join(directory, pinFile));
}

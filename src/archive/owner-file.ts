/** Who works on a directory: a mark that stands in it until the work is over, and says nothing once its process has gone. */
import { join } from 'node:path';
import { readTextIfAny, removeTree, writeText } from '../host/files.ts';
import { isOwnerAlive, machineMark, ownerMark } from '../host/owner.ts';

/** The mark, in the directory. */
export const ownerFile = '.owner';

/** Whether somebody works on a directory; `elsewhere`: a process of another machine or container began to, which cannot be asked. */
export type Owner = 'alive' | 'gone' | 'elsewhere' | 'none';

/** Does the work on a directory that is there, with the mark in it. */
export async function whileOwned<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const path = join(directory, ownerFile);
  // Where nothing can be written, the work itself says so.
  await writeText(path, `${JSON.stringify({ process: ownerMark(), machine: machineMark() })}\n`).catch(() => undefined);
  try {
    return await work();
  } finally {
    await removeTree(path).catch(() => undefined);
  }
}

/** Whose a directory is now. */
export async function ownerOf(directory: string): Promise<Owner> {
  const text = await readTextIfAny(join(directory, ownerFile)).catch(() => undefined);
  if (text === undefined) return 'none';
  try {
    const { process, machine }: { readonly process?: unknown; readonly machine?: unknown } = JSON.parse(text) ?? {};
    if (typeof process !== 'string' || typeof machine !== 'string') return 'gone';
    if (machine !== machineMark()) return 'elsewhere';
    return isOwnerAlive(process) ? 'alive' : 'gone';
  } catch {
    return 'gone';
  }
}

/** Which runs may go, and their removal. */
import { join } from 'node:path';
import { ownerOf } from '../archive/owner-file.ts';
import { entriesOf } from '../host/file-tree.ts';
import { removeTree, sizeOf } from '../host/files.ts';
import type { RunEntry } from '../model/run-summary.ts';
import { readEntry } from './read-entry.ts';

/** What may stay; at least one of the two. */
export interface PruneLimits {
  /** So many of those that are meant stay in any case, newest first. */
  readonly keep: number | undefined;
  /** Younger ones stay in any case. */
  readonly olderThanMs: number | undefined;
}

/** What would go, oldest last, and what stays although it would have to go. */
export interface PrunePlan {
  readonly going: readonly RunEntry[];
  readonly spared: readonly { readonly entry: RunEntry; readonly why: string }[];
}

/** Decides over the runs that are meant, newest first; a run without a time is as old as can be. */
export function planPrune(runs: readonly RunEntry[], { keep, olderThanMs }: PruneLimits, nowMs: number): PrunePlan {
  const beyond = runs.filter(({ startedAt }, index) => {
    const ageMs = startedAt === undefined ? Number.POSITIVE_INFINITY : nowMs - Date.parse(startedAt);
    return (keep === undefined || index >= keep) && (olderThanMs === undefined || ageMs > olderThanMs);
  });
  const whyNot = ({ state, keep: kept }: RunEntry) => (state === 'running' ? 'is running' : kept);
  return {
    going: beyond.filter((entry) => whyNot(entry) === undefined),
    spared: beyond.flatMap((entry) => {
      const why = whyNot(entry);
      return why === undefined ? [] : [{ entry, why }];
    }),
  };
}

/** Bytes of the files of a directory, links not followed. */
export async function bytesIn(directory: string): Promise<number> {
  let bytes = 0;
  for (const { name, isFile, isFolder } of entriesOf(directory)) {
    const path = join(directory, name);
    if (isFolder) bytes += await bytesIn(path);
    else if (isFile) bytes += await sizeOf(path);
  }
  return bytes;
}

/** Removes one; false when by now it is somebody's, pinned, or no run any more. */
export async function removeRun(folder: string, { directory }: RunEntry): Promise<boolean> {
  const now = await readEntry(folder, directory);
  const path = join(folder, directory);
  const owner = await ownerOf(path);
  if (!now || now.keep !== undefined || owner === 'alive' || owner === 'elsewhere') return false;
  await removeTree(path);
  return true;
}

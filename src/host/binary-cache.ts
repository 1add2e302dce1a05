/** Folders for built binaries, and the end of those that nobody will ask for again. */
import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readdir, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** A link to what the binary was built from; no service of a compose file can be called so. */
const contextLink = '.context';

const unusedMs = 30 * 24 * 3600 * 1000;

/** Where a binary lies and what it is built from; `root` holds all of them. */
export interface CachedBinary {
  readonly root: string;
  /** Of everything that the binary depends on beside its source. */
  readonly key: string;
  readonly name: string;
  readonly context: string;
}

/**
 * Builds a binary into the cache and gives its path. Another run may execute or build the same one: `build` works on a second name of the
 * last one, which a linker replaces and does not overwrite, and which lets it see when there is nothing to do.
 */
export async function buildInCache(
  { root, key, name, context }: CachedBinary,
  build: (work: string) => Promise<void>,
): Promise<string> {
  const binary = join(await binaryFolder(root, key, context), name);
  const work = `${binary}.${randomUUID()}`;
  await link(binary, work).catch(() => undefined);
  try {
    await build(work);
    await rename(work, binary);
  } finally {
    await rm(work, { force: true });
  }
  return binary;
}

/**
 * The folder `key` below `root` for a binary that is built from `context`; marks it as used. Removes folders whose context is gone,
 * as that of a finished gate, and those that were not used for 30 days.
 */
async function binaryFolder(root: string, key: string, context: string): Promise<string> {
  const folder = join(root, key);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(context, join(folder, contextLink)).catch(() => undefined);
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
  const others = (await readdir(root)).filter((name) => name !== key).map((name) => join(root, name));
  for (const other of others)
    if (await isUseless(other, now.getTime())) await rm(other, { recursive: true, force: true }).catch(() => undefined);
  return folder;
}

async function isUseless(folder: string, nowMs: number): Promise<boolean> {
  const usedMs = await stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => nowMs,
  );
  if (nowMs - usedMs > unusedMs) return true;
  const link = join(folder, contextLink);
  return (await exists(lstat(link))) && !(await exists(stat(link)));
}

async function exists(looked: Promise<unknown>): Promise<boolean> {
  return await looked.then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}

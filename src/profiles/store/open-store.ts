/** The store that a user names, opened. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { dataFolder } from '../../host/user-folders.ts';
import type { Caller } from '../../model/host.ts';
import { createDiskStorage } from './disk-storage.ts';
import { openKeptIndex } from './kept-index.ts';
import { createProfileIds } from './profile-id.ts';
import { createProfileStore, type TidyStore } from './profile-store.ts';

/** Where the store of `--store` is; the user's own when nothing is named. */
export function storeDirectory(named: string | undefined, { cwd, env }: Pick<Caller, 'cwd' | 'env'>): string {
  return named === undefined ? join(dataFolder(env), 'profiles') : resolve(cwd, named);
}

/** Opens the store of `--store`: a directory; the user's own when nothing is named. */
export async function openStore(
  named: string | undefined,
  { cwd, env, time, log }: Pick<Caller, 'cwd' | 'env' | 'time' | 'log'>,
): Promise<TidyStore> {
  const directory = storeDirectory(named, { cwd, env });
  const warn = (message: string) => log.warn(message);
  return createProfileStore({
    storage: createDiskStorage(directory, time.wallMs),
    index: await openKeptIndex(join(directory, 'index.sqlite'), warn),
    newId: createProfileIds(randomBytes(8), time.wallMs),
    warn,
  });
}

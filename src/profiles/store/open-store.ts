/** The store that a user names, opened. */
import { createHash, randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cacheFolder, dataFolder } from '../../host/user-folders.ts';
import type { Caller } from '../../model/host.ts';
import { createDiskStorage } from './disk-storage.ts';
import { openKeptIndex } from './kept-index.ts';
import { createProfileIds } from './profile-id.ts';
import { createProfileStore, type TidyStore } from './profile-store.ts';
import { isS3, readS3Place } from './s3-place.ts';
import type { Storage } from './storage.ts';
import { toldStorage } from './told-storage.ts';

type Asker = Pick<Caller, 'cwd' | 'env' | 'time' | 'log'>;

/** Where the store of `--store` is, for messages. */
export function storePlace(named: string | undefined, { cwd, env }: Pick<Caller, 'cwd' | 'env'>): string {
  return named !== undefined && isS3(named) ? readS3Place(named, env).place : storeDirectory(named, { cwd, env });
}

function storeDirectory(named: string | undefined, { cwd, env }: Pick<Caller, 'cwd' | 'env'>): string {
  return named === undefined ? join(dataFolder(env), 'profiles') : resolve(cwd, named);
}

/** Opens the store of `--store`: a directory, or `s3://bucket/prefix`; the user's own directory when nothing is named. */
export async function openStore(named: string | undefined, asker: Asker): Promise<TidyStore> {
  const warn = (message: string) => asker.log.warn(message);
  const { storage, indexFile } = await storageOf(named, asker);
  return createProfileStore({
    storage: toldStorage(storage),
    index: await openKeptIndex(indexFile, warn),
    newId: createProfileIds(randomBytes(8), asker.time.wallMs),
    warn,
  });
}

/** Where a store keeps its bytes, and this machine its index of them. */
async function storageOf(
  named: string | undefined,
  { cwd, env, time }: Asker,
): Promise<{ readonly storage: Storage; readonly indexFile: string }> {
  if (named !== undefined && isS3(named)) {
    const place = readS3Place(named, env);
    // The client takes a tenth of a second to load, which only those wait for who need it.
    const { createS3Storage } = await import('./s3-storage.ts');
    const name = createHash('sha256').update(place.place).digest('hex').slice(0, 32);
    return { storage: createS3Storage(place), indexFile: join(cacheFolder(env), 'profile-indexes', `${name}.sqlite`) };
  }
  const directory = storeDirectory(named, { cwd, env });
  return { storage: createDiskStorage(directory, time.wallMs), indexFile: join(directory, 'index.sqlite') };
}

/** An index that outlives its process: a copy of the database, with its checksum, in a file that any process may replace and none waits for. */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { createDurableFiles } from '../../host/durable-files.ts';
import { readBytesIfAny } from '../../host/files.ts';
import { messageOf } from '../../model/errors.ts';
import type { ProfileIndex } from './profile-index.ts';
import { createSqliteIndex } from './sqlite-index.ts';

/** An index that is kept for the next process. */
export interface KeptIndex extends ProfileIndex {
  /** Writes it down if that spares the next process enough. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

const checksumBytes = 32;

/** A file is written anew when it lacks one in so many profiles: what grows is not written whole for each that is added. */
const lacking = 50;

/** The index that a file holds; an empty one when there is none or it is damaged, which `warn` is told. */
export async function openKeptIndex(file: string, warn: (message: string) => void): Promise<KeptIndex> {
  const bytes = await readBytesIfAny(file);
  const database = bytes && checked(bytes);
  if (bytes && !database) warn(`${file} is damaged, and is made anew from the entries of all profiles`);
  const index = await createSqliteIndex(database);
  const files = createDurableFiles(dirname(file), 'partial');
  let unkept = 0;
  const keep = async () => {
    if (unkept === 0 || unkept * lacking < index.count()) return;
    const kept = unkept;
    const content = index.bytes();
    try {
      await files.write(basename(file), Buffer.concat([content, checksum(content)]));
      unkept -= kept;
    } catch (error) {
      // Whoever may not write here still finds all; only the next process begins with an older index.
      warn(`${file} cannot be written, so each start reads the entries that are new: ${messageOf(error)}`);
      unkept = 0;
    }
  };
  return {
    ...index,
    learn: (change) => {
      unkept += change.added.length + change.gone.length;
      index.learn(change);
    },
    forget: (folder) => {
      unkept += index.ids(folder).size;
      index.forget(folder);
    },
    keep,
    close: async () => {
      await keep();
      index.close();
    },
  };
}

/** The database in a file's bytes; undefined when they are not as they were written. */
function checked(bytes: Uint8Array): Uint8Array | undefined {
  const database = bytes.subarray(0, -checksumBytes);
  return checksum(database).equals(bytes.subarray(-checksumBytes)) ? database : undefined;
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Files and directories: whole texts, and files that grow line by line while a run is live. */
import { constants, createReadStream, createWriteStream, type Dirent, readFileSync, statSync } from 'node:fs';
import {
  access,
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { messageOf } from '../model/errors.ts';

const gzipped = promisify<Uint8Array, Buffer>(gzip);

/** A file that grows; a failed write is reported once, later lines are discarded. */
export interface Appender {
  write(text: string): void;
  close(): Promise<void>;
}

/** The text of a file, or undefined when there is no such file; other failures throw. */
export async function readTextIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether nothing is at a path, also because what should be a folder on the way there is a file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}

/** The bytes of a file, or undefined when there is no such file; other failures throw. */
export async function readBytesIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The text of a file that must be there. */
export async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8');
}

/** The bytes of a small file that must be there, read while nothing else goes on. */
export function readBytesNow(path: string): Buffer {
  return readFileSync(path);
}

/** How much of a file is held at a time when it is read line by line. */
const readBytesAtOnce = 256 * 1024;

/** The lines of a file in groups, without their newlines; none when there is no such file. Holds little more than a group. */
export async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: readBytesAtOnce })) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  if (rest !== '') yield [rest];
}

/** The bytes of a file that must be there. */
export async function readBytes(path: string): Promise<Buffer> {
  return await readFile(path);
}

/** Writes a whole file, given whole or piece by piece, with its directories, so that a reader never sees half of it. */
export async function writeText(path: string, text: string | Iterable<string>): Promise<void> {
  await replaced(path, (partial) => writeFile(partial, text));
}

/** Makes the file beside its place and moves it there; of one that cannot be made or moved nothing is left, least of all on a full disk. */
async function replaced(path: string, make: (partial: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  try {
    await make(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes a whole file of bytes, with its directories. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Writes a whole file of bytes, gzipped, with its directories. */
export async function writeGzipped(path: string, bytes: Uint8Array): Promise<void> {
  await writeBytes(path, await gzipped(bytes));
}

/** Writes a whole file of text, gzipped piece by piece, with its directories. */
export async function writeGzippedText(path: string, text: Iterable<string>): Promise<void> {
  await replaced(path, (partial) =>
    pipeline(Readable.from(text, { objectMode: false }), createGzip({ level: 1 }), createWriteStream(partial)),
  );
}

/** Adds to the end of a file, which is made when it is not there. */
export async function appendText(path: string, text: string): Promise<void> {
  await appendFile(path, text);
}

/** The size of a file in bytes; 0 when there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Makes a directory with its parents; returns the names already in it. */
export async function makeDirectory(path: string): Promise<string[]> {
  await mkdir(path, { recursive: true });
  return await readdir(path);
}

/** The names of the files right in a folder; none when there is no such folder. */
export async function filesIn(folder: string): Promise<string[]> {
  return (await entriesIn(folder)).filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The folders right in a folder, and when a name last came into them or left, in nanoseconds since 1970; none when there is no such folder. */
export async function foldersIn(folder: string): Promise<{ readonly name: string; readonly changedNs: bigint }[]> {
  const found = (await entriesIn(folder)).filter((entry) => entry.isDirectory());
  return found.flatMap(({ name }) => {
    const changedNs = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    return changedNs === undefined ? [] : [{ name, changedNs }];
  });
}

async function entriesIn(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Removes a file or a folder with all that is in it; nothing there is no failure. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Copies a program, with the directories it goes into, so that every user may run it, whatever the umask here. */
export async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o755);
}

/** Why a file may not be read, in the system's words; undefined when it may. */
export async function whyUnreadable(path: string): Promise<string | undefined> {
  return await access(path, constants.R_OK).then(() => undefined, messageOf);
}

/** Opens a file for appending; `onError` is called once with the first failure. */
export function openAppender(path: string, onError: (error: Error) => void): Appender {
  const stream = createWriteStream(path, { flags: 'a' });
  let failed = false;
  stream.on('error', (error) => {
    if (failed) return;
    failed = true;
    onError(error);
  });
  return {
    write: (text) => {
      if (!failed) stream.write(text);
    },
    close: () =>
      new Promise((resolve) => {
        if (failed) resolve();
        else stream.end(() => resolve()).once('error', () => resolve());
      }),
  };
}

/** The system's code of a failure, such as `ENOSPC`; undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the disk takes no more, being full, read only or broken: nothing that a program does wrong. */
export function isDiskRefusal(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'].includes(errorCode(error) ?? '');
}

/** Writes a file that is not there yet; false when it is, which is left as it was. */
export async function createFile(path: string, content: string | Uint8Array): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

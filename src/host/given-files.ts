/** Files that come with what names them: whoever is given any reads no other from the disk. */
import { readBytes } from './files.ts';
import { type Chunks, fileChunks } from './input-bytes.ts';

/** Contents by path; without any, files are those of the disk. */
export type GivenFiles = ReadonlyMap<string, Uint8Array> | undefined;

/** The bytes of a file; rejects when it was not given, or cannot be read. */
export async function givenBytes(path: string, given: GivenFiles): Promise<Uint8Array> {
  return given ? contentOf(path, given) : await readBytes(path);
}

/** Its text, UTF-8. */
export async function givenText(path: string, given: GivenFiles): Promise<string> {
  return Buffer.from(await givenBytes(path, given)).toString('utf8');
}

/** Its bytes in pieces. */
export function givenChunks(path: string, given: GivenFiles): Chunks {
  return given ? oneChunk(path, given) : fileChunks(path);
}

async function* oneChunk(path: string, given: NonNullable<GivenFiles>): AsyncGenerator<Uint8Array> {
  yield contentOf(path, given);
}

function contentOf(path: string, given: NonNullable<GivenFiles>): Uint8Array {
  const content = given.get(path);
  if (!content) throw new Error(`${path} was not sent with the load`);
  return content;
}

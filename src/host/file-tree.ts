/** Short looks at files and folders, at once: what lies there, and what is in it. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';

/** A name in a folder, and what it is; a link is neither. */
export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
}

/** Whether anything lies there that can be looked at. */
export function isThere(path: string): boolean {
  return existsSync(path);
}

/** Whether a folder lies there, or a link to one; false where nobody may look, or what is before it is no folder. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What is in a folder; throws the system's error when it cannot be read. */
export function entriesOf(folder: string): FolderEntry[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    isFile: entry.isFile(),
    isFolder: entry.isDirectory(),
  }));
}

/** The text of a file; throws the system's error when it cannot be read. */
export function textOfFile(path: string): string {
  return readFileSync(path, 'utf8');
}

const pieceBytes = 256 * 1024;

/** The bytes of a file in pieces, each its own; undefined when there is none. */
export function piecesNow(path: string): Iterable<Uint8Array> | undefined {
  return isThere(path) ? pieces(path) : undefined;
}

function* pieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const length = readSync(file, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** The first bytes of a file as Latin-1; empty when it cannot be read. */
export function beginningOf(path: string, bytes: number): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const buffer = Buffer.alloc(bytes);
    return buffer.toString('latin1', 0, readSync(file, buffer));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

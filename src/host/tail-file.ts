/** Follows a growing text file from its end, also when it is rotated or truncated. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { splitLines } from './lines.ts';

/** A file being followed; `close` resolves when no line will follow. */
export interface FollowedFile {
  close(): Promise<void>;
}

const pollMs = 100;
const chunkBytes = 64 * 1024;

/** Calls `onLine` for every line written from now on; rejects when the file cannot be opened at the start. */
export async function followFile(path: string, onLine: (text: string) => void): Promise<FollowedFile> {
  let handle = await open(path, 'r');
  let position = (await handle.stat()).size;
  let lines = splitLines(onLine);
  let isClosed = false;

  const readOn = async () => {
    const { size } = await handle.stat();
    if (size < position) {
      // What was cut off is gone; its last piece must not become the head of a new line.
      lines.end();
      lines = splitLines(onLine);
      position = 0;
    }
    position = await readFrom(handle, position, lines.write);
  };
  const followRotation = async () => {
    const [now, ours] = await Promise.all([stat(path), handle.stat()]);
    if (now.ino === ours.ino && now.dev === ours.dev) return;
    const next = await open(path, 'r');
    // What was written between the last look and the rotation is still in the old file.
    await readOn();
    lines.end();
    await handle.close();
    handle = next;
    position = 0;
    lines = splitLines(onLine);
  };
  const look = async () => {
    await readOn();
    // Between the two moves of a rotation there is no file under the name.
    await followRotation().catch(() => undefined);
  };

  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(() => {
      looking = look()
        .catch(() => undefined)
        .finally(() => {
          if (!isClosed) schedule();
        });
    }, pollMs);
  };
  schedule();
  return {
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      await looking;
      await look().catch(() => undefined);
      lines.end();
      await handle.close();
    },
  };
}

async function readFrom(handle: FileHandle, start: number, onData: (data: Buffer) => void): Promise<number> {
  let position = start;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return position;
    position += bytesRead;
    onData(buffer.subarray(0, bytesRead));
  }
}

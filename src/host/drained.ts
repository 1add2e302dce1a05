/** Waiting for a stream whose reader is slower than we are. */
import type { Writable } from 'node:stream';

/** Resolves when more can be written, at once where nothing waits, or when nothing can be written any more. */
export function drained(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const go = () => {
      stream.off('drain', go);
      stream.off('close', go);
      resolve();
    };
    stream.once('drain', go);
    stream.once('close', go);
  });
}

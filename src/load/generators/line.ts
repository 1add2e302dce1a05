/** One end of a sealed stream, as messages: what is said is written in order, what is heard is handed on as it comes. */
import type { Duplex } from 'node:stream';
import { drained } from '../../host/drained.ts';
import { createFrameReader, frameOf } from './frames.ts';
import { isMessage } from './protocol.ts';

/** An end that does not read what it is told is gone: so much may wait to be written. */
const mostUnwritten = 256 * 1024 * 1024;

/** What an end hears. */
export interface LineEvents<Heard> {
  heard(message: Heard): void;
  /** Once; why, where that is known. */
  closed(why: string): void;
}

/** One end; `close` writes what is left and hangs up, `cut` hangs up at once. */
export interface Line<Said> {
  say(message: Said): void;
  /** Resolves when what was said can be written on; at once when nothing waits. */
  drained(): Promise<void>;
  /** Bytes that came so far. */
  readonly heardBytes: number;
  close(): void;
  cut(why: string): void;
}

/** Speaks over a stream from now on. */
export function createLine<Said, Heard>(stream: Duplex, events: LineEvents<Heard>): Line<Said> {
  const read = createFrameReader();
  let heardBytes = 0;
  let why: string | undefined;
  const cut = (reason: string) => {
    why ??= reason;
    stream.destroy();
  };
  stream.on('data', (bytes: Uint8Array) => {
    heardBytes += bytes.length;
    try {
      for (const message of read(bytes)) {
        if (!isMessage(message)) throw new Error('it is no message');
        events.heard(message as Heard);
      }
    } catch (error) {
      cut(`what came could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  stream.on('end', () => stream.end());
  stream.once('close', () => events.closed(why ?? 'the connection ended'));
  return {
    get heardBytes() {
      return heardBytes;
    },
    say(message) {
      if (stream.destroyed || stream.writableEnded) return;
      stream.write(frameOf(message));
      if (stream.writableLength > mostUnwritten) cut('the other end does not read');
    },
    drained: () => drained(stream),
    close: () => void stream.end(),
    cut,
  };
}

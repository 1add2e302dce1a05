/**
 * A line to an echo of our own: the metronome writes the times on it at which stamps were due, the loop that reads answers reads them
 * when they come back. How late that is, a target that answers at once would be told to have taken.
 */
import { once } from 'node:events';
import { descriptorOf, openDialer } from '../transport/dialer.ts';

/** The end of the line that writes; it may be in another thread. */
export interface StampLine {
  readonly fd: number;
  /** One shared cell, see `lineStates`. */
  readonly state: Int32Array;
}

/** The cell of a line: nobody writes, somebody does, or its file descriptor may be another file's now. */
export const lineStates = { open: 0, writing: 1, closed: 2 } as const;

/** The end of the line that reads. */
export interface EchoLine extends StampLine {
  /** The stamps that came back since this was last asked. */
  take(): EchoTimes[];
  close(): void;
}

/** What became of one stamp, whole microseconds: from due to written, and from due to read. */
type EchoTimes = readonly [lagUs: number, lateUs: number];

/** Bytes of one stamp: when it was due and when it was written, as two doubles of the machine's order. */
export const stampBytes = 2 * Float64Array.BYTES_PER_ELEMENT;

/** A line to an echo's `stampPort`; `clock` is that of the stamps, in microseconds. Rejects when nobody answers there. */
export async function openEchoLine(stampPort: number, clock: () => number): Promise<EchoLine> {
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const stamp = new Uint8Array(stampBytes);
  const times = new Float64Array(stamp.buffer);
  let filled = 0;
  let echoes: EchoTimes[] = [];
  const read = (size: number, bytes: Uint8Array) => {
    const nowUs = clock();
    for (let at = 0; at < size; at++) {
      stamp[filled++] = bytes[at] ?? 0;
      if (filled < stampBytes) continue;
      filled = 0;
      const [dueUs = 0, sentUs = 0] = times;
      echoes.push([Math.round(sentUs - dueUs), Math.round(nowUs - dueUs)]);
    }
    return true;
  };
  const closing = () => {
    while (Atomics.compareExchange(state, 0, lineStates.open, lineStates.closed) === lineStates.writing);
  };
  const dialer = await openDialer({ host: '127.0.0.1', port: stampPort });
  const socket = dialer.dial(
    { host: '127.0.0.1', port: stampPort },
    { buffer: Buffer.allocUnsafeSlow(4096), callback: read },
    closing,
  );
  await once(socket, dialer.readyEvent);
  // Without it the load goes on: there are no more stamps then.
  socket.on('error', () => {});
  return {
    fd: descriptorOf(socket),
    state,
    take() {
      const taken = echoes;
      echoes = [];
      return taken;
    },
    close: () => void socket.destroy(),
  };
}

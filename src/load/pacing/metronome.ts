/** Starts the metronome thread, the pacer of the open loop: libuv's own timers have whole milliseconds. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { newArmedRing } from './armed-ring.ts';
import type { Pacer } from './pacer.ts';
import { type BeatOrder, beatCells, burstUs } from './send-loop.ts';

/** The metronome thread. */
export interface Metronome {
  /** A pacer of one load; one load at a time. */
  pacer(): Pacer;
  stop(): void;
}

/** A metronome whose thread runs, so that `start` takes effect at once; it must be stopped. What is later than `latestUs` it leaves to the other thread. */
export async function startMetronome(latestUs = burstUs): Promise<Metronome> {
  const worker = new Worker(new URL('./metronome-worker.js', import.meta.url));
  await once(worker, 'online');
  return { pacer: () => newPacer(worker, latestUs), stop: () => void worker.terminate() };
}

function newPacer(worker: Worker, latestUs: number): Pacer {
  const cells = new Int32Array(new SharedArrayBuffer(beatCells.length * Int32Array.BYTES_PER_ELEMENT));
  const ring = newArmedRing();
  let wakeUp = () => {};
  return {
    ring,
    start(schedule, originHrUs, wake, line) {
      wakeUp = () => {
        Atomics.store(cells, beatCells.pending, 0);
        wake();
      };
      worker.on('message', wakeUp);
      const ends = line && { fd: line.fd, state: line.state };
      worker.postMessage({ schedule, originHrUs, cells, ring, line: ends, latestUs } satisfies BeatOrder);
    },
    stop() {
      Atomics.store(cells, beatCells.stop, 1);
      Atomics.notify(cells, beatCells.stop);
      worker.off('message', wakeUp);
    },
  };
}

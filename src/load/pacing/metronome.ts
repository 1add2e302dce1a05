/** Starts the metronome thread, the pacer of the open loop: libuv's own timers have whole milliseconds. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createArmedRing } from './armed-ring.ts';
import type { Pacer } from './pacer.ts';
import { burstUs, loopCells, type SendLoopOrder } from './send-loop.ts';

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
  return { pacer: () => createPacer(worker, latestUs), stop: () => void worker.terminate() };
}

function createPacer(worker: Worker, latestUs: number): Pacer {
  const cells = new Int32Array(new SharedArrayBuffer(loopCells.length * Int32Array.BYTES_PER_ELEMENT));
  const ring = createArmedRing();
  let wakeUp = () => {};
  return {
    ring,
    start(schedule, originHrUs, wake, line) {
      wakeUp = () => {
        Atomics.store(cells, loopCells.pending, 0);
        wake();
      };
      worker.on('message', wakeUp);
      const ends = line && { fd: line.fd, state: line.state };
      worker.postMessage({ schedule, originHrUs, cells, ring, line: ends, latestUs } satisfies SendLoopOrder);
    },
    stop() {
      Atomics.store(cells, loopCells.stop, 1);
      Atomics.notify(cells, loopCells.stop);
      worker.off('message', wakeUp);
    },
  };
}

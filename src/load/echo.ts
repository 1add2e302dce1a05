/** A target that costs next to nothing, in a thread of its own: what is measured against it is the floor of the generator and its machine. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** An echo that answers on 127.0.0.1; it must be stopped. */
export interface Echo {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an echo on a free port; rejects with the system's error when it cannot listen. */
export async function startEcho(): Promise<Echo> {
  const worker = new Worker(new URL('./echo-worker.js', import.meta.url));
  const [port] = (await once(worker, 'message')) as [number];
  return {
    port,
    stop: async () => {
      await worker.terminate();
    },
  };
}

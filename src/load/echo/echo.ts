/** A target that costs next to nothing, in a thread of its own: what is measured against it is the floor of the generator and its machine. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** An echo that answers on 127.0.0.1; it must be stopped. */
export interface Echo {
  /** Where requests are answered. */
  readonly port: number;
  /** Where bytes are said back. */
  readonly stampPort: number;
  stop(): Promise<void>;
}

/** Starts an echo on free ports; rejects with the system's error when it cannot listen. */
export async function startEcho(): Promise<Echo> {
  const worker = new Worker(new URL('./echo-worker.js', import.meta.url));
  const [ports] = (await once(worker, 'message')) as [Pick<Echo, 'port' | 'stampPort'>];
  return {
    ...ports,
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Runs a load in a thread of its own and hands its messages over; the thread is gone when the iteration ends. */
import { Worker } from 'node:worker_threads';
import { incompleteError, messageOf } from '../model/errors.ts';
import type { LoadMessage, LoadPlan } from '../model/load.ts';

/** How long an aborted worker may take to hand over its last counts. */
const abortGraceMs = 2000;

/**
 * The messages of the worker at `entry`, up to `end`. When the signal aborts, the worker is told and its remaining
 * messages still come; rejects with `load-worker-failed` when it throws, exits early or does not end after an abort.
 */
export async function* messagesOfWorker(entry: URL, plan: LoadPlan, signal: AbortSignal): AsyncGenerator<LoadMessage> {
  const inbox: LoadMessage[] = [];
  let failure: Error | undefined;
  let notify = () => {};
  let grace: NodeJS.Timeout | undefined;
  const fail = (what: string, cause?: unknown) => {
    failure ??= incompleteError('load-worker-failed', `the load generator ${what}`, undefined, cause);
    notify();
  };
  const worker = new Worker(entry, { workerData: plan });
  worker.on('message', (message: LoadMessage) => {
    inbox.push(message);
    notify();
  });
  worker.on('error', (error) => fail(`failed: ${messageOf(error)}`, error));
  worker.on('exit', () => fail('stopped before its load was over'));
  const abort = () => {
    worker.postMessage('abort');
    grace = setTimeout(() => fail(`did not stop within ${abortGraceMs} ms`), abortGraceMs);
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    while (true) {
      const message = inbox.shift();
      if (message) {
        yield message;
        if (message.kind === 'end') return;
      } else {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    }
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

/** The worker thread of the closed engine: a plan in, messages out; the message `abort` ends it early. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadPlan } from '../model/load.ts';
import { runClosedLoad } from './closed-load.ts';

const abort = new AbortController();
parentPort?.once('message', () => abort.abort());
await runClosedLoad(workerData as LoadPlan, (message) => parentPort?.postMessage(message), abort.signal);

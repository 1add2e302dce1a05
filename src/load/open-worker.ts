/** The worker thread of the open engine: a plan in, messages out; the message `abort` ends it early. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadPlan } from '../model/load.ts';
import { startMetronome } from './metronome.ts';
import { runOpenLoad } from './open-load.ts';

const abort = new AbortController();
parentPort?.once('message', () => abort.abort());
const metronome = await startMetronome();
await runOpenLoad(workerData as LoadPlan, metronome, (message) => parentPort?.postMessage(message), abort.signal);

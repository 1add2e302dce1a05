/** The worker thread of the closed engine: a plan in, messages out; the message `abort` ends it early. */
import { parentPort, workerData } from 'node:worker_threads';
import { raisePriority } from '../host/priority.ts';
import type { LoadPlan } from '../model/load.ts';
import { runClosedLoad } from './closed-load.ts';

const plan = workerData as LoadPlan;
if (plan.priority === 'high') raisePriority();
const abort = new AbortController();
parentPort?.once('message', () => abort.abort());
await runClosedLoad(plan, (message) => parentPort?.postMessage(message), abort.signal);

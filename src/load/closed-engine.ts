/** The closed-loop engine: as fast as so many connections can, by autocannon, in a process of its own. */
import type { LoadEngine } from '../model/contracts.ts';
import { messagesOfWorkers } from './workers/worker-group.ts';

/** Closed loop: latencies are what a caller who waits sees, and say nothing about a rate. */
export const closedEngine: LoadEngine = {
  kind: 'closed',
  pacing: 'closed',
  leadMs: 500,
  resolutionUs: 1,
  run: (plan, context) => messagesOfWorkers(new URL('./closed/worker.js', import.meta.url), [plan], context),
};

/** The open-loop engine: keeps the schedule whatever the target does, in a thread of its own. */
import type { LoadEngine } from '../model/contracts.ts';
import { messagesOfWorker } from './load-worker.ts';

/** Open loop over one pool of kept-alive connections. Its two threads need about 0.1 s to start: plan the start after that. */
export const openEngine: LoadEngine = {
  kind: 'open',
  pacing: 'open',
  resolutionUs: 1,
  run: (plan, context) => messagesOfWorker(new URL('./open-worker.js', import.meta.url), plan, context.signal),
};

/** The open-loop engine: keeps the schedule whatever the target does, in processes of its own. */
import { machineFacts } from '../host/machine.ts';
import type { LoadEngine } from '../model/contracts.ts';
import type { LoadPlan } from '../model/load.ts';
import { sharedOut, workersFor } from './workers/share-out.ts';
import { messagesOfWorkers } from './workers/worker-group.ts';

const workersOf = (plan: LoadPlan) => workersFor(plan, machineFacts().cpus);

/** Open loop over kept-alive connections. Its workers, processes of two threads each, need about 0.3 s to start, and rehearse in what is left until the plan starts. */
export const openEngine: LoadEngine = {
  kind: 'open',
  pacing: 'open',
  resolutionUs: 1,
  leadMs: 1500,
  workersOf,
  run: (plan, context) =>
    messagesOfWorkers(new URL('./open/worker.js', import.meta.url), sharedOut(plan, workersOf(plan)), context),
};

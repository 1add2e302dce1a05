/** How a load is shared out to generators: each has its own number of workers, and each worker of all of them an equal share. */
import type { LoadPlan } from '../../model/load.ts';
import { sharedOut, workersFor } from '../workers/share-out.ts';
import type { WorkerPart } from './protocol.ts';

/** The parts of each generator's workers, given the cores of each; `plan.workers` says how many of each generator. */
export function partsOf(plan: LoadPlan, cores: readonly number[]): WorkerPart[][] {
  const all = cores.map((own) => workersFor(plan, own, cores.length));
  const most = Math.max(1, Math.floor(plan.maxConnections / cores.length));
  const workers = all.map((wanted) => Math.min(wanted, most));
  const plans = sharedOut(
    plan,
    workers.reduce((sum, own) => sum + own, 0),
  );
  const parts = plans.map(({ share = { index: 0, of: 1 }, maxConnections, maxQueue }) => ({
    share,
    maxConnections,
    ...(maxQueue === undefined ? {} : { maxQueue }),
  }));
  const until = (index: number) => workers.slice(0, index).reduce((sum, own) => sum + own, 0);
  return workers.map((_, index) => parts.slice(until(index), until(index + 1)));
}

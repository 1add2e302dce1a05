/** The worker process of the closed engine: a plan in, messages out; an order ends it early. */
import { workForParent } from '../host/parent-port.ts';
import { raisePriority } from '../host/priority.ts';
import type { LoadMessage, LoadPlan } from '../model/load.ts';
import { runClosedLoad } from './closed-load.ts';
import type { WorkerOrder } from './worker-orders.ts';

workForParent<LoadPlan, WorkerOrder, LoadMessage>(async (plan, { say, onOrder }) => {
  if (plan.priority === 'high') raisePriority();
  const abort = new AbortController();
  onOrder(() => abort.abort());
  await runClosedLoad(plan, say, abort.signal);
});

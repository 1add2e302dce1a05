/** The worker process of the closed engine: a plan in, messages out; it starts when it is told and ends early on an abort. */
import { hrUs, wallMs } from '../../host/clock.ts';
import { workForParent } from '../../host/parent-port.ts';
import { raisePriority } from '../../host/priority.ts';
import { watchThread } from '../../host/thread-usage.ts';
import type { LoadPlan } from '../../model/load.ts';
import type { WorkerAnswer, WorkerOrder } from '../workers/messages.ts';
import { createMoves } from '../workers/moves.ts';
import { runClosedLoad } from './load.ts';

workForParent<LoadPlan, WorkerOrder, WorkerAnswer>(async (plan, { say, onOrder }) => {
  if (plan.priority === 'high') raisePriority();
  const abort = new AbortController();
  const moves = createMoves();
  const told = new Promise<void>((resolve) => {
    onOrder((order) => {
      if (order.kind === 'moved') {
        moves.tell(order.addresses);
        return;
      }
      if (order.kind === 'abort') abort.abort();
      resolve();
    });
  });
  say({ kind: 'ready', earliestUs: plan.startUs });
  await told;
  await runClosedLoad(plan, { hrUs, wallMs, watchThread, emit: say, signal: abort.signal, onMoved: moves.listen });
});

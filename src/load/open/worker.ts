/** A worker process of the open engine: its share of a plan in, messages out; it starts when it is told and ends early on an abort. */
import { hrUs, wallMs } from '../../host/clock.ts';
import { workForParent } from '../../host/parent-port.ts';
import { raisePriority } from '../../host/priority.ts';
import { watchThread } from '../../host/thread-usage.ts';
import type { LoadPlan } from '../../model/load.ts';
import { startEcho } from '../echo/echo.ts';
import { startMetronome } from '../pacing/metronome.ts';
import type { WorkerAnswer, WorkerOrder } from '../workers/messages.ts';
import { createMoves } from '../workers/moves.ts';
import { runOpenLoad } from './load.ts';
import { readyLoad } from './ready.ts';
import { rehearse } from './rehearsal.ts';

const host = { hrUs, wallMs, watchThread };

workForParent<LoadPlan, WorkerOrder, WorkerAnswer>(async (plan, { say, onOrder }) => {
  if (plan.priority === 'high') raisePriority();
  const abort = new AbortController();
  const moves = createMoves();
  /** When to start; undefined when the load is aborted before anybody said. */
  const startUs = new Promise<number | undefined>((resolve) => {
    onOrder((order) => {
      if (order.kind === 'moved') {
        moves.tell(order.addresses);
        return;
      }
      if (order.kind === 'abort') abort.abort();
      resolve(order.kind === 'start' ? order.startUs : undefined);
    });
  });
  const agreeOnStart = async (earliestUs: number) => {
    say({ kind: 'ready', earliestUs });
    return (await startUs) ?? earliestUs;
  };
  // What is late with it starts late; the rehearsal takes what time is left.
  const ready = await readyLoad(plan, { ...host, onMoved: moves.listen });
  const metronome = await startMetronome();
  // Where none can listen, the load is rougher at first, and nobody knows what of it is the generator's own.
  const echo = await startEcho().catch(() => undefined);
  if (echo) await rehearse(metronome, echo, plan.originHrUs + plan.startUs, abort.signal, host);
  await runOpenLoad(plan, {
    ...host,
    pacer: metronome.pacer(),
    emit: say,
    signal: abort.signal,
    agreeOnStart,
    ready,
    stampPort: echo?.stampPort,
  });
  metronome.stop();
});

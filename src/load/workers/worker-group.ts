/** Runs a load in processes of its own and hands their messages over as one; the processes are gone when the iteration ends. */
import { startWorkerProcess } from '../../host/worker-process.ts';
import { incompleteError } from '../../model/errors.ts';
import type { LoadMessage, LoadPlan } from '../../model/load.ts';
import { newStepTimes } from '../schedule/step-times.ts';
import { workerFailure } from './failure.ts';
import { type MessageMerge, mergeMessages } from './merge.ts';
import type { WorkerAnswer, WorkerOrder } from './messages.ts';

/** How long an aborted worker may take to hand over its last counts. */
const abortGraceMs = 2000;

/** Workers that are ready too late start together so long after the last of them: the order to start needs a moment. */
const lateStartUs = 5000;

/** Workers, and what they have said. */
interface Crew {
  readonly inbox: LoadMessage[];
  /** How many have not ended. */
  readonly working: number;
  /** Why the load failed, when it did. */
  readonly failure: Error | undefined;
  /** Resolves when there is something new to see. */
  news(): Promise<void>;
  abort(): void;
  dismiss(): Promise<void>;
}

/**
 * The messages of a load that is shared out to worker processes, one `entry` for each plan, up to `end`. When the signal aborts, all
 * are told and their remaining messages still come; before they were told to start, the load ends at once. Rejects with
 * `load-worker-failed` when one throws, exits early or does not end after an abort; the others are aborted then, and what they have
 * counted comes before the rejection.
 */
export async function* messagesOfWorkers(
  entry: URL,
  plans: readonly LoadPlan[],
  signal: AbortSignal,
): AsyncGenerator<LoadMessage> {
  const crew = startCrew(entry, plans);
  signal.addEventListener('abort', crew.abort);
  if (signal.aborted) crew.abort();
  try {
    while (true) {
      const message = crew.inbox.shift();
      if (message) yield message;
      else if (crew.working > 0) await crew.news();
      else if (crew.failure) throw crew.failure;
      else return;
    }
  } finally {
    signal.removeEventListener('abort', crew.abort);
    await crew.dismiss();
  }
}

function stopped(how: string): Error {
  return incompleteError('load-worker-failed', `the load generator ${how}`);
}

function startCrew(entry: URL, plans: readonly LoadPlan[]): Crew {
  const working = new Set(plans.keys());
  const inbox: LoadMessage[] = [];
  const start = newStart(plans);
  const merge = mergeOf(plans, start);
  let failure: Error | undefined;
  let notify = () => {};
  let grace: NodeJS.Timeout | undefined;

  const order = (each: WorkerOrder) => {
    for (const worker of workers) worker.order(each);
  };
  /** Who was not told to start has sent nothing, and has nothing to hand over; on a busy machine it may take seconds yet to hear anything. */
  const endUnstarted = () => {
    for (const index of working) inbox.push(...merge.take(index, { kind: 'end', lastDueUs: 0, drainedUs: 0 }));
    working.clear();
    notify();
  };
  const abort = () => {
    if (grace) return;
    if (!start.isOrdered) return endUnstarted();
    order({ kind: 'abort' });
    grace = setTimeout(() => {
      for (const index of working) lose(index, stopped(`did not stop within ${abortGraceMs} ms`));
    }, abortGraceMs);
  };
  function lose(index: number, why: Error): void {
    if (!working.delete(index)) return;
    failure ??= why;
    inbox.push(...merge.lose(index));
    abort();
    notify();
  }
  const workers = plans.map((plan, index) =>
    startWorkerProcess<WorkerOrder, WorkerAnswer>(entry, plan, {
      said(message) {
        if (message.kind === 'ready') {
          if (start.ready(message.earliestUs) && working.size > 0) order({ kind: 'start', startUs: start.us });
          return;
        }
        inbox.push(...merge.take(index, message));
        if (message.kind === 'end') working.delete(index);
        notify();
      },
      failed: (error) => lose(index, workerFailure(error)),
      exited: () => lose(index, stopped('stopped before its load was over')),
    }),
  );
  return {
    inbox,
    get working() {
      return working.size;
    },
    get failure() {
      return failure;
    },
    news: () =>
      new Promise((resolve) => {
        notify = resolve;
      }),
    abort,
    dismiss: async () => {
      clearTimeout(grace);
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The one moment at which all workers start. */
interface CommonStart {
  readonly us: number;
  /** Whether all were ready, so that they were told. */
  readonly isOrdered: boolean;
  /** One more is ready and could start then; true when it was the last. */
  ready(earliestUs: number): boolean;
}

function newStart(plans: readonly LoadPlan[]): CommonStart {
  const plannedUs = plans[0]?.startUs ?? 0;
  let awaited = plans.length;
  let us = plannedUs;
  return {
    get us() {
      return us;
    },
    get isOrdered() {
      return awaited === 0;
    },
    ready(earliestUs) {
      if (earliestUs > plannedUs) us = Math.max(us, earliestUs + lateStartUs);
      return --awaited === 0;
    },
  };
}

function mergeOf(plans: readonly LoadPlan[], start: CommonStart): MessageMerge {
  const [plan] = plans;
  if (!plan || plans.length === 1) return { take: (_, message) => [message], lose: () => [] };
  return mergeMessages(plans.length, (atUs) => newStepTimes(plan.steps, start.us, () => {}).tickBefore(atUs));
}

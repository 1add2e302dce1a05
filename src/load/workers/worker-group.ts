/** Runs a load in several workers, processes or generators elsewhere, and hands their messages over as one; all are let go when the iteration ends. */
import { startWorkerProcess, type WorkerProcess, type WorkerProcessEvents } from '../../host/worker-process.ts';
import type { LoadContext } from '../../model/contracts.ts';
import { incompleteError } from '../../model/errors.ts';
import type { LoadMessage, LoadPlan } from '../../model/load.ts';
import { createStepTimes } from '../schedule/step-times.ts';
import { workerFailure } from './failure.ts';
import { MessageMerge } from './merge.ts';
import type { WorkerAnswer, WorkerOrder } from './messages.ts';

/** How long an aborted worker may take to hand over its last counts. */
const abortGraceMs = 2000;

/** Workers that are ready too late start together so long after the last of them: the order to start needs a moment. */
const lateStartUs = 5000;

/** Starts one worker, which tells what it says and how it ends. */
export type StartWorker = (
  index: number,
  plan: LoadPlan,
  events: WorkerProcessEvents<WorkerAnswer>,
) => WorkerProcess<WorkerOrder>;

/** What a load is given while it runs. */
export interface GroupContext extends Pick<LoadContext, 'signal' | 'onMoved'> {
  /** Says when to start, once all could from `earliestUs` on, for those that start with others; then, without it. */
  readonly agreeOnStart?: ((earliestUs: number) => Promise<number>) | undefined;
}

/** The messages of a load that is shared out to worker processes of this machine, one `entry` for each plan; see `messagesOf`. */
export function messagesOfWorkers(
  entry: URL,
  plans: readonly LoadPlan[],
  context: GroupContext,
): AsyncGenerator<LoadMessage> {
  return messagesOf((_, plan, events) => startWorkerProcess(entry, plan, events), plans, context);
}

/**
 * The messages of a load that is shared out to workers, one for each plan, up to `end`. When the signal aborts, all
 * are told and their remaining messages still come; before they were told to start, the load ends at once. Rejects with
 * `load-worker-failed` when one throws, exits early or does not end after an abort; the others are aborted then, and what they have
 * counted comes before the rejection.
 */
export async function* messagesOf(
  startWorker: StartWorker,
  plans: readonly LoadPlan[],
  { signal, onMoved, agreeOnStart }: GroupContext,
): AsyncGenerator<LoadMessage> {
  const group = new WorkerGroup(startWorker, plans, agreeOnStart);
  const abort = () => group.abort();
  const forget = onMoved?.((addresses) => group.order({ kind: 'moved', addresses }));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    while (true) {
      const message = group.inbox.shift();
      if (message) yield message;
      else if (group.isWorking) await group.news();
      else if (group.failure) throw group.failure;
      else return;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    forget?.();
    await group.dismiss();
  }
}

function stopped(how: string): Error {
  return incompleteError('load-worker-failed', `the load generator ${how}`);
}

/** The workers of one load, and what they have said; they must be dismissed. */
class WorkerGroup {
  readonly inbox: LoadMessage[] = [];
  /** Why the load failed, when it did. */
  failure: Error | undefined;

  /** Those that have not ended, by their number. */
  private readonly working: Set<number>;
  private readonly start: CommonStart;
  private readonly merge: Pick<MessageMerge, 'take' | 'lose'>;
  private readonly workers: readonly WorkerProcess<WorkerOrder>[];
  private notify = () => {};
  private grace: NodeJS.Timeout | undefined;
  private readonly agreeOnStart: (earliestUs: number) => Promise<number> | number;

  /** Starts one worker for each plan. */
  constructor(
    startWorker: StartWorker,
    plans: readonly LoadPlan[],
    agreeOnStart: GroupContext['agreeOnStart'] = undefined,
  ) {
    this.agreeOnStart = agreeOnStart ?? ((us) => us);
    this.working = new Set(plans.keys());
    this.start = createCommonStart(plans);
    this.merge = createMerge(plans, this.start);
    this.workers = plans.map((plan, index) => startWorker(index, plan, this.eventsOf(index)));
  }

  /** Whether there are some that have not ended. */
  get isWorking(): boolean {
    return this.working.size > 0;
  }

  /** Resolves when there is something new to see. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.notify = resolve;
    });
  }

  abort(): void {
    if (this.grace) return;
    if (!this.start.isOrdered) {
      this.endUnstarted();
      return;
    }
    this.order({ kind: 'abort' });
    this.grace = setTimeout(() => {
      for (const index of this.working) this.lose(index, stopped(`did not stop within ${abortGraceMs} ms`));
    }, abortGraceMs);
  }

  async dismiss(): Promise<void> {
    clearTimeout(this.grace);
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  private eventsOf(index: number): WorkerProcessEvents<WorkerAnswer> {
    return {
      said: (answer) => {
        if (answer.kind === 'ready') void this.ready(answer.earliestUs);
        else this.hear(index, answer);
      },
      failed: (error) => this.lose(index, workerFailure(error)),
      exited: () => this.lose(index, stopped('stopped before its load was over')),
    };
  }

  private async ready(earliestUs: number): Promise<void> {
    if (!this.start.ready(earliestUs) || !this.isWorking) return;
    const startUs = await this.agreeOnStart(this.start.us);
    if (!this.isWorking) return;
    this.start.order(startUs);
    this.order({ kind: 'start', startUs });
  }

  private hear(index: number, message: LoadMessage): void {
    this.inbox.push(...this.merge.take(index, message));
    if (message.kind === 'end') this.working.delete(index);
    this.notify();
  }

  order(order: WorkerOrder): void {
    for (const worker of this.workers) worker.order(order);
  }

  /** Who was not told to start has sent nothing, and has nothing to hand over; on a busy machine it may take seconds yet to hear anything. */
  private endUnstarted(): void {
    for (const index of this.working)
      this.inbox.push(...this.merge.take(index, { kind: 'end', lastDueUs: 0, drainedUs: 0 }));
    this.working.clear();
    this.notify();
  }

  private lose(index: number, why: Error): void {
    if (!this.working.delete(index)) return;
    this.failure ??= why;
    this.inbox.push(...this.merge.lose(index));
    this.abort();
    this.notify();
  }
}

/** The one moment at which all workers start. */
interface CommonStart {
  readonly us: number;
  /** Whether they were told when. */
  readonly isOrdered: boolean;
  /** One more is ready and could start then; true when it was the last. */
  ready(earliestUs: number): boolean;
  /** They are told to start then. */
  order(startUs: number): void;
}

function createCommonStart(plans: readonly LoadPlan[]): CommonStart {
  const plannedUs = plans[0]?.startUs ?? 0;
  let awaited = plans.length;
  let us = plannedUs;
  let isOrdered = false;
  return {
    get us() {
      return us;
    },
    get isOrdered() {
      return isOrdered;
    },
    ready(earliestUs) {
      if (earliestUs > plannedUs) us = Math.max(us, earliestUs + lateStartUs);
      return --awaited === 0;
    },
    order(startUs) {
      us = startUs;
      isOrdered = true;
    },
  };
}

/** Steps begin when all start, which may not be known yet. */
function createMerge(plans: readonly LoadPlan[], start: CommonStart): Pick<MessageMerge, 'take' | 'lose'> {
  const [plan] = plans;
  if (!plan || plans.length === 1) return { take: (_, message) => [message], lose: () => [] };
  return new MessageMerge(plans.length, (atUs) => createStepTimes(plan.steps, start.us, () => {}).tickBefore(atUs));
}

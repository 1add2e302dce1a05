/** Runs a load in processes of its own and hands their messages over as one; the processes are gone when the iteration ends. */
import { startWorkerProcess, type WorkerProcess, type WorkerProcessEvents } from '../../host/worker-process.ts';
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
  const group = new WorkerGroup(entry, plans);
  const abort = () => group.abort();
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

  /** Starts one worker for each plan. */
  constructor(entry: URL, plans: readonly LoadPlan[]) {
    this.working = new Set(plans.keys());
    this.start = createCommonStart(plans);
    this.merge = createMerge(plans, this.start);
    this.workers = plans.map((plan, index) => startWorkerProcess(entry, plan, this.eventsOf(index)));
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
        if (answer.kind === 'ready') this.ready(answer.earliestUs);
        else this.hear(index, answer);
      },
      failed: (error) => this.lose(index, workerFailure(error)),
      exited: () => this.lose(index, stopped('stopped before its load was over')),
    };
  }

  private ready(earliestUs: number): void {
    const areAllReady = this.start.ready(earliestUs);
    if (areAllReady && this.isWorking) this.order({ kind: 'start', startUs: this.start.us });
  }

  private hear(index: number, message: LoadMessage): void {
    this.inbox.push(...this.merge.take(index, message));
    if (message.kind === 'end') this.working.delete(index);
    this.notify();
  }

  private order(order: WorkerOrder): void {
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
  /** Whether all were ready, so that they were told. */
  readonly isOrdered: boolean;
  /** One more is ready and could start then; true when it was the last. */
  ready(earliestUs: number): boolean;
}

function createCommonStart(plans: readonly LoadPlan[]): CommonStart {
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

function createMerge(plans: readonly LoadPlan[], start: CommonStart): Pick<MessageMerge, 'take' | 'lose'> {
  const [plan] = plans;
  if (!plan || plans.length === 1) return { take: (_, message) => [message], lose: () => [] };
  return new MessageMerge(plans.length, (atUs) => createStepTimes(plan.steps, start.us, () => {}).tickBefore(atUs));
}

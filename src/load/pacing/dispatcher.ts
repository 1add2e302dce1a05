/** Hands each arrival that the metronome has not sent to the pool as soon as it is due. */

import type { LentConnection } from '../transport/lending.ts';
import type { Pool } from '../transport/pool.ts';
import type { Lookahead } from './lookahead.ts';
import { burstUs } from './send-loop.ts';

/** Arrivals sent in one go before answers are read again. */
const batchSize = 32;

/** An arrival this near is waited for in place: going back to the event loop would take longer. */
const spinUs = 60;

/**
 * How many times as fast as the schedule a generator that was held up makes up for it. All at once, the target would get a
 * burst that nobody planned; at the schedule's own speed it would stay late to the end.
 */
const catchUpFactor = 2;

/** Time without a call that is made up for; somebody calls every 10 ms, except when the generator is held up once more. */
const longestGapUs = 10_000;

/** Sends what is due; cheap to call at any moment. */
export class Dispatcher {
  private readonly lookahead: Pick<Lookahead<LentConnection>, 'dueUs' | 'settle' | 'take' | 'arm' | 'stop'>;
  private readonly pool: Pick<Pool, 'dispatch'>;
  private readonly clock: () => number;
  private isStopped = false;
  private isContinued = false;
  private isBehind = false;
  private calledUs = 0;
  /** What was due by then may go out. */
  private reachUs = 0;

  /** What the lookahead has goes to the pool; `clock` in microseconds, as the due times. */
  constructor(lookahead: Dispatcher['lookahead'], pool: Pick<Pool, 'dispatch'>, clock: () => number) {
    this.lookahead = lookahead;
    this.pool = pool;
    this.clock = clock;
  }

  /** Sends what is due; of what is long overdue only as much as keeps the pace of catching up. */
  dispatchDue(): void {
    if (this.isStopped) return;
    const { lookahead } = this;
    lookahead.settle();
    const calledBeforeUs = this.calledUs;
    const calledUs = this.clock();
    this.calledUs = calledUs;
    if (lookahead.dueUs > calledUs) {
      this.isBehind = false;
      lookahead.arm(calledUs);
      return;
    }
    this.reachUs = this.isBehind
      ? this.reachUs + catchUpFactor * Math.min(calledUs - calledBeforeUs, longestGapUs)
      : lookahead.dueUs + burstUs;
    this.isBehind = true;
    const isMoreDue = this.sendBatch();
    if (isMoreDue) this.continueSoon();
  }

  /** The same, after waiting for an arrival that is due within microseconds. */
  dispatchNext(): void {
    const { lookahead, clock } = this;
    lookahead.settle();
    let nowUs = clock();
    if (lookahead.dueUs - nowUs < spinUs) while (nowUs < lookahead.dueUs) nowUs = clock();
    this.dispatchDue();
  }

  /** Counts what is due as planned without sending it; neither this thread nor the metronome sends anything afterwards. */
  stop(): void {
    this.isStopped = true;
    this.lookahead.stop(this.clock());
  }

  /** Sends one batch at most; true when there may be more to send. */
  private sendBatch(): boolean {
    const { lookahead, pool, clock } = this;
    for (let sent = 0; sent < batchSize; sent++) {
      const nowUs = clock();
      const { dueUs } = lookahead;
      if (dueUs > nowUs) {
        this.isBehind = false;
        lookahead.arm(nowUs);
      }
      if (dueUs > nowUs || dueUs > this.reachUs) return false;
      const arrival = lookahead.take(nowUs);
      if (!arrival) {
        // The metronome is sending it: nobody is behind.
        this.isBehind = false;
        return false;
      }
      pool.dispatch(arrival);
    }
    return true;
  }

  private continueSoon(): void {
    if (this.isContinued) return;
    this.isContinued = true;
    setImmediate(() => {
      this.isContinued = false;
      this.dispatchDue();
    });
  }
}

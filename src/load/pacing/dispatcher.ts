/** Hands each arrival that the metronome has not sent to the pool as soon as it is due. */

import type { LentConnection } from '../transport/lending.ts';
import type { Pool } from '../transport/pool.ts';
import type { Upcoming } from './lookahead.ts';
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

/** The dispatcher of one run; cheap to call at any moment. */
export interface Dispatcher {
  /** Sends what is due; of what is long overdue only as much as keeps the pace of catching up. */
  dispatchDue(): void;
  /** The same, after waiting for an arrival that is due within microseconds. */
  dispatchNext(): void;
  /** Counts what is due as planned without sending it; neither this thread nor the metronome sends anything afterwards. */
  stop(): void;
}

/** A dispatcher of what is upcoming; `clock` in microseconds, as the due times. */
export function newDispatcher(
  upcoming: Pick<Upcoming<LentConnection>, 'dueUs' | 'settle' | 'take' | 'arm' | 'stop'>,
  pool: Pick<Pool, 'dispatch'>,
  clock: () => number,
): Dispatcher {
  let isStopped = false;
  let isContinued = false;
  let isBehind = false;
  let calledUs = 0;
  /** What was due by then may go out. */
  let reachUs = 0;

  function dispatchDue(): void {
    if (isStopped) return;
    upcoming.settle();
    const calledBeforeUs = calledUs;
    calledUs = clock();
    if (upcoming.dueUs > calledUs) {
      isBehind = false;
      upcoming.arm(calledUs);
      return;
    }
    reachUs = isBehind
      ? reachUs + catchUpFactor * Math.min(calledUs - calledBeforeUs, longestGapUs)
      : upcoming.dueUs + burstUs;
    isBehind = true;
    for (let sent = 0; sent < batchSize; sent++) {
      const nowUs = clock();
      const { dueUs } = upcoming;
      if (dueUs > nowUs) {
        isBehind = false;
        upcoming.arm(nowUs);
      }
      if (dueUs > nowUs || dueUs > reachUs) return;
      const arrival = upcoming.take(nowUs);
      if (!arrival) {
        // The metronome is sending it: nobody is behind.
        isBehind = false;
        return;
      }
      pool.dispatch(arrival);
    }
    if (isContinued) return;
    isContinued = true;
    setImmediate(() => {
      isContinued = false;
      dispatchDue();
    });
  }

  return {
    dispatchDue,
    dispatchNext() {
      upcoming.settle();
      let nowUs = clock();
      if (upcoming.dueUs - nowUs < spinUs) while (nowUs < upcoming.dueUs) nowUs = clock();
      dispatchDue();
    },
    stop() {
      isStopped = true;
      upcoming.stop(clock());
    },
  };
}

/** Hands each arrival to the pool as soon as it is due. */
import type { Accounts } from './accounts.ts';
import type { Pool } from './pool.ts';
import type { ArrivalCursor } from './schedule.ts';

/** Arrivals sent in one go before answers are read again. */
const batchSize = 32;

/** An arrival this near is waited for in place: going back to the event loop would take longer. */
const spinUs = 60;

/** Arrivals late by no more than this go out together: beats and timers are no finer at high rates. */
const burstUs = 2000;

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
  /** Counts what is due as planned without sending it, and never sends again. */
  stop(): void;
}

/** A dispatcher over a schedule; `clock` in microseconds, as the due times. */
export function newDispatcher(
  cursor: Pick<ArrivalCursor, 'dueUs' | 'step' | 'advance'>,
  accounts: Pick<Accounts, 'fellDue'>,
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
    const calledBeforeUs = calledUs;
    calledUs = clock();
    if (cursor.dueUs > calledUs) {
      isBehind = false;
      return;
    }
    reachUs = isBehind
      ? reachUs + catchUpFactor * Math.min(calledUs - calledBeforeUs, longestGapUs)
      : cursor.dueUs + burstUs;
    isBehind = true;
    for (let sent = 0; sent < batchSize; sent++) {
      const nowUs = clock();
      if (cursor.dueUs > nowUs) isBehind = false;
      if (cursor.dueUs > nowUs || cursor.dueUs > reachUs) return;
      const arrival = accounts.fellDue(cursor.step, cursor.dueUs, nowUs);
      cursor.advance();
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
      let nowUs = clock();
      if (cursor.dueUs - nowUs < spinUs) while (nowUs < cursor.dueUs) nowUs = clock();
      dispatchDue();
    },
    stop() {
      isStopped = true;
      for (const nowUs = clock(); cursor.dueUs <= nowUs; cursor.advance()) {
        accounts.fellDue(cursor.step, cursor.dueUs, nowUs);
      }
    },
  };
}

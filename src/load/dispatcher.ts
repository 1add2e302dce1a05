/** Hands each arrival to the pool as soon as it is due. */
import type { Accounts } from './accounts.ts';
import type { Pool } from './pool.ts';
import type { ArrivalCursor } from './schedule.ts';

/** Arrivals sent in one go before answers are read again; there are more only when the generator was held up. */
const batchSize = 32;

/** An arrival this near is waited for in place: going back to the event loop would take longer. */
const spinUs = 60;

/** The dispatcher of one run; cheap to call at any moment. */
export interface Dispatcher {
  /** Sends everything that is due. */
  dispatchDue(): void;
  /** The same, after waiting for an arrival that is due within microseconds. */
  dispatchNext(): void;
  /** Counts what is due as planned without sending it, and never sends again. */
  stop(): void;
}

/** A dispatcher over a schedule; `clock` in microseconds, as the due times. */
export function newDispatcher(cursor: ArrivalCursor, accounts: Accounts, pool: Pool, clock: () => number): Dispatcher {
  let isStopped = false;
  let isContinued = false;

  function dispatchDue(): void {
    if (isStopped) return;
    for (let sent = 0; sent < batchSize; sent++) {
      const nowUs = clock();
      if (cursor.dueUs > nowUs) return;
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

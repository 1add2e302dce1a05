/** The loop of the metronome thread, and what that has in common with the thread that reads answers. */

import type { StampLine } from '../echo/echo-line.ts';
import { arrivalCursor, type ScheduleSpec } from '../schedule/arrivals.ts';
import { type ArmedRing, isArmed, isPassed, reach, send, type Write } from './armed-ring.ts';
import type { Stamps } from './stamps.ts';

/** What the metronome is told at the start; times of the schedule count from `originHrUs`. */
export interface SendLoopOrder {
  readonly schedule: ScheduleSpec;
  readonly originHrUs: number;
  /** Two shared cells, see `loopCells`. */
  readonly cells: Int32Array;
  readonly ring: ArmedRing;
  /** Where stamps go out between the arrivals. */
  readonly line?: StampLine | undefined;
  /** What is late by more is left to the other thread, which knows how to catch up without a burst. */
  readonly latestUs: number;
}

/** The shared cells: not 0 when the metronome must stop; not 0 while a wake-up is on its way. */
export const loopCells = { stop: 0, pending: 1, length: 2 } as const;

/** Arrivals late by no more than this go out together: turns of the loop and timers are no finer at high rates. */
export const burstUs = 2000;

/** The thread of the loop, as the loop sees it; times in microseconds of the schedule. */
export interface SendLoopThread {
  clock(): number;
  /** Sleeps for so long, and not at all when that is negative; false when it must stop. */
  sleep(us: number): boolean;
  /** How late a sleep may end. */
  readonly slackUs: number;
  readonly write: Write;
  /** Wakes the other thread. */
  wake(): void;
}

/** A turn costs some 20 us of processor time, and so does the other thread's for each answer that comes alone: from some 2,500 arrivals a second on, one turn serves several. */
const minTurnUs = 400;

/** What lies armed for so soon goes out with the arrival before it, so that lags stay below `minTurnUs` less this. */
const aheadUs = 200;

/** How long before its due time an arrival is looked at that the other thread must send: it takes that long to wake up. */
const wakeUs = 50;

/** Sends each arrival that lies armed, until the schedule is over or the thread must stop; it blocks its thread, which has nothing else to do. */
export function sendLoop(
  { schedule, ring, latestUs }: Pick<SendLoopOrder, 'schedule' | 'ring' | 'latestUs'>,
  thread: SendLoopThread,
  stamps: Stamps,
): void {
  const { clock, slackUs } = thread;
  const cursor = arrivalCursor(schedule);
  let arrival = 0;
  let lastUs = Number.NEGATIVE_INFINITY;

  /** Sends the current arrival or has it sent; returns when that was. */
  function serve(nowUs: number, isFirst: boolean): number {
    if (!reach(ring, arrival) || nowUs - cursor.dueUs > latestUs) {
      if (!isPassed(ring, arrival)) thread.wake();
      return nowUs;
    }
    let atUs = nowUs;
    if (isFirst) while (atUs < cursor.dueUs) atUs = clock();
    send(ring, arrival, atUs, thread.write);
    return clock();
  }

  while (true) {
    for (; isPassed(ring, arrival); arrival++) cursor.advance();
    if (cursor.dueUs === Number.POSITIVE_INFINITY) return;
    const leadUs = isArmed(ring, arrival) ? slackUs : wakeUs;
    const turnDueUs = Math.max(cursor.dueUs, lastUs + minTurnUs) - leadUs;
    if (stamps.dueUs < turnDueUs) {
      if (!thread.sleep(stamps.dueUs - clock())) return;
      stamps.send(clock());
      continue;
    }
    if (!thread.sleep(turnDueUs - clock())) return;
    lastUs = clock();
    const first = arrival;
    let untilUs = lastUs + leadUs;
    while (cursor.dueUs <= untilUs) {
      const nowUs = serve(clock(), arrival === first);
      cursor.advance();
      arrival++;
      untilUs = nowUs + (isArmed(ring, arrival) ? aheadUs : leadUs);
    }
  }
}

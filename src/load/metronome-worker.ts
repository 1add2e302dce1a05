/** The metronome thread: it knows the schedule, sleeps to each due time, and sends what is armed or wakes the thread that arms. */
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { hrUs } from '../host/clock.ts';
import { isArmed, isPassed, reach, send } from './armed-ring.ts';
import { type BeatOrder, beatCells, burstUs } from './beat.ts';
import { arrivalCursor } from './schedule.ts';
import { sharpenTimer } from './timer-slack.ts';

/** A beat costs some 10 us; from about 6,000 arrivals a second on, one beat serves several. */
const minBeatUs = 150;

/** How long before its due time an arrival is looked at that the other thread must send: it takes that long to wake up. */
const wakeUs = 50;

/** Beats until the schedule is over or the stop cell is set; it blocks its thread, which has nothing else to do. */
function beat({ schedule, originHrUs, cells, ring }: BeatOrder, wake: () => void): void {
  const clock = () => hrUs() - originHrUs;
  const cursor = arrivalCursor(schedule);
  const slackUs = sharpenTimer();
  let arrival = 0;
  let lastUs = 0;

  /** Sends the current arrival or has it sent; returns when that was. */
  function serve(nowUs: number): number {
    // What is late by more is not for this thread, which does not know how to catch up without a burst.
    if (!reach(ring, arrival) || nowUs - cursor.dueUs > burstUs) {
      if (!isPassed(ring, arrival) && Atomics.exchange(cells, beatCells.pending, 1) === 0) wake();
      return nowUs;
    }
    let atUs = nowUs;
    while (atUs < cursor.dueUs) atUs = clock();
    send(ring, arrival, atUs, write);
    return clock();
  }

  while (true) {
    for (; isPassed(ring, arrival); arrival++) cursor.advance();
    if (cursor.dueUs === Number.POSITIVE_INFINITY) return;
    const leadUs = isArmed(ring, arrival) ? slackUs : wakeUs;
    const sleepUs = Math.max(cursor.dueUs, lastUs + minBeatUs) - leadUs - clock();
    if (Atomics.wait(cells, beatCells.stop, 0, Math.max(sleepUs, 0) / 1000) !== 'timed-out') return;
    lastUs = clock();
    for (let nowUs = lastUs; cursor.dueUs <= nowUs + leadUs; arrival++) {
      nowUs = serve(nowUs);
      cursor.advance();
    }
  }
}

/** A failure is for the other thread, which writes what is left in its own way and sees it fail as well. */
function write(fd: number, bytes: Uint8Array, from: number, size: number): number {
  try {
    return writeSync(fd, bytes, from, size);
  } catch {
    return 0;
  }
}

parentPort?.once('message', (order: BeatOrder) => {
  beat(order, () => parentPort?.postMessage(undefined));
});

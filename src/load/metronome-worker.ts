/** The metronome thread: it knows the schedule, sleeps to each due time, and wakes the thread that sends. */
import { parentPort } from 'node:worker_threads';
import { hrUs } from '../host/clock.ts';
import { type BeatOrder, beatCells } from './beat.ts';
import { arrivalCursor } from './schedule.ts';

/** How late a sleeping thread wakes up on Linux: the default timer slack (PR_SET_TIMERSLACK in prctl(2)). */
const timerSlackUs = 50;

/** Each beat costs the sending thread some 40 us of wake-up; from about 6,000 arrivals a second on, one beat serves several. */
const minBeatUs = 150;

/** Beats until the schedule is over or the stop cell is set; it blocks its thread, which has nothing else to do. */
function beat({ schedule, originHrUs, cells }: BeatOrder, wake: () => void): void {
  const cursor = arrivalCursor(schedule);
  let lastUs = 0;
  while (cursor.dueUs !== Number.POSITIVE_INFINITY) {
    const sleepUs = Math.max(cursor.dueUs, lastUs + minBeatUs) - timerSlackUs - (hrUs() - originHrUs);
    if (Atomics.wait(cells, beatCells.stop, 0, Math.max(sleepUs, 0) / 1000) !== 'timed-out') return;
    if (Atomics.exchange(cells, beatCells.pending, 1) === 0) wake();
    lastUs = hrUs() - originHrUs + timerSlackUs;
    while (cursor.dueUs <= lastUs) cursor.advance();
  }
}

parentPort?.once('message', (order: BeatOrder) => {
  beat(order, () => parentPort?.postMessage(undefined));
});

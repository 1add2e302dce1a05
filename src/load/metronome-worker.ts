/** The metronome thread: it knows the schedule, sleeps to each due time, and sends what is armed or wakes the thread that arms. */
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { hrUs } from '../host/clock.ts';
import { isArmed, isPassed, reach, send } from './armed-ring.ts';
import { type BeatOrder, beatCells } from './beat.ts';
import { arrivalCursor } from './schedule.ts';
import { sharpenTimer } from './timer-slack.ts';

/** A beat costs some 20 us of processor time, and so does the other thread's for each answer that comes alone: from some 2,500 arrivals a second on, one beat serves several. */
const minBeatUs = 400;

/** What lies armed for so soon goes out with the arrival before it, so that lags stay below `minBeatUs` less this. */
const aheadUs = 200;

/** How long before its due time an arrival is looked at that the other thread must send: it takes that long to wake up. */
const wakeUs = 50;

/** Beats until the schedule is over or the stop cell is set; it blocks its thread, which has nothing else to do. */
function beat({ schedule, originHrUs, cells, ring, latestUs }: BeatOrder, wake: () => void): void {
  const clock = () => hrUs() - originHrUs;
  const cursor = arrivalCursor(schedule);
  const slackUs = sharpenTimer();
  let arrival = 0;
  let lastUs = 0;

  /** Sends the current arrival or has it sent; returns when that was. */
  function serve(nowUs: number, isTogether: boolean): number {
    if (!reach(ring, arrival) || nowUs - cursor.dueUs > latestUs) {
      if (!isPassed(ring, arrival) && Atomics.exchange(cells, beatCells.pending, 1) === 0) wake();
      return nowUs;
    }
    let atUs = nowUs;
    if (!isTogether) while (atUs < cursor.dueUs) atUs = clock();
    send(ring, arrival, atUs, write);
    return clock();
  }

  const reachUs = (isTogether: boolean, leadUs: number) => (isTogether && isArmed(ring, arrival) ? aheadUs : leadUs);

  while (true) {
    for (; isPassed(ring, arrival); arrival++) cursor.advance();
    if (cursor.dueUs === Number.POSITIVE_INFINITY) return;
    const leadUs = isArmed(ring, arrival) ? slackUs : wakeUs;
    const sleepUs = Math.max(cursor.dueUs, lastUs + minBeatUs) - leadUs - clock();
    if (Atomics.wait(cells, beatCells.stop, 0, Math.max(sleepUs, 0) / 1000) !== 'timed-out') return;
    lastUs = clock();
    let isTogether = false;
    for (let nowUs = lastUs; cursor.dueUs <= nowUs + reachUs(isTogether, leadUs); arrival++) {
      nowUs = serve(nowUs, isTogether);
      isTogether = true;
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

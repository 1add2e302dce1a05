/** The metronome thread: it knows the schedule, sleeps to each due time, and sends what is armed or wakes the thread that arms. */
import { parentPort } from 'node:worker_threads';
import { hrUs } from '../../host/clock.ts';
import { writeTo } from '../../host/descriptor.ts';
import { sharpenTimer } from '../../host/timer-slack.ts';
import { loopCells, type SendLoopOrder, sendLoop } from './send-loop.ts';
import { createStamps } from './stamps.ts';

function run({ schedule, originHrUs, cells, ring, line, latestUs }: SendLoopOrder): void {
  sendLoop(
    { schedule, ring, latestUs },
    {
      clock: () => hrUs() - originHrUs,
      sleep: (us) => Atomics.wait(cells, loopCells.stop, 0, Math.max(us, 0) / 1000) === 'timed-out',
      slackUs: sharpenTimer(),
      write: writeTo,
      wake: () => {
        if (Atomics.exchange(cells, loopCells.pending, 1) === 0) parentPort?.postMessage(undefined);
      },
    },
    createStamps(line, schedule.startUs, schedule.seed + (schedule.share?.index ?? 0), writeTo),
  );
}

parentPort?.on('message', run);

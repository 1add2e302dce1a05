/** The metronome thread: it knows the schedule, sleeps to each due time, and sends what is armed or wakes the thread that arms. */
import { parentPort } from 'node:worker_threads';
import { hrUs } from '../../host/clock.ts';
import { writeTo } from '../../host/descriptor.ts';
import { sharpenTimer } from '../../host/timer-slack.ts';
import { type BeatOrder, beat, beatCells } from './send-loop.ts';
import { newStamps } from './stamps.ts';

function run({ schedule, originHrUs, cells, ring, line, latestUs }: BeatOrder): void {
  beat(
    { schedule, ring, latestUs },
    {
      clock: () => hrUs() - originHrUs,
      sleep: (us) => Atomics.wait(cells, beatCells.stop, 0, Math.max(us, 0) / 1000) === 'timed-out',
      slackUs: sharpenTimer(),
      write: writeTo,
      wake: () => {
        if (Atomics.exchange(cells, beatCells.pending, 1) === 0) parentPort?.postMessage(undefined);
      },
    },
    newStamps(line, schedule.startUs, schedule.seed + (schedule.share?.index ?? 0), writeTo),
  );
}

parentPort?.on('message', run);

/** The logic of the metronome on a clock of the test's own: which arrivals one turn serves, and when. */
import { expect, it } from 'vitest';
import { type ArmedRing, arm, createArmedRing } from '../../../src/load/pacing/armed-ring.ts';
import { sendLoop } from '../../../src/load/pacing/send-loop.ts';
import { constantStep } from '../load-run.ts';

const request = Buffer.from('GET / HTTP/1.1\r\n\r\n');

/** Loops through 20 ms at this rate, with all arrivals armed that fit; when each was written and how often the thread slept. */
function loopAt(rps: number, arrivals: number, prepare: (ring: ArmedRing) => void = () => {}) {
  const ring = createArmedRing();
  for (let arrival = 0; arrival < arrivals; arrival++) arm(ring, arrival, arrival, request);
  prepare(ring);
  let nowUs = 0;
  let turns = 0;
  let wakes = 0;
  const sentUs: number[] = [];
  const schedule = {
    steps: [constantStep(rps, (1000 * arrivals) / rps)],
    arrivals: 'uniform',
    seed: 1,
    startUs: 0,
  } as const;
  sendLoop(
    { schedule, ring, latestUs: 2000 },
    {
      clock: () => {
        nowUs += 0.1;
        return nowUs;
      },
      sleep: (us) => {
        nowUs += Math.max(us, 0);
        turns++;
        return true;
      },
      slackUs: 1,
      write: (fd, _bytes, _from, size) => {
        sentUs[fd] = nowUs;
        nowUs += 10;
        return size;
      },
      wake: () => {
        wakes++;
      },
    },
    { dueUs: Number.POSITIVE_INFINITY, send: () => {} },
  );
  const offsUs = sentUs.map((us, arrival) => us - ((arrival + 0.5) * 1e6) / rps);
  return { turns, wakes, offsUs };
}

it('sends each arrival at its time, in a turn of its own, where they are far apart', () => {
  const { turns, offsUs } = loopAt(1000, 20);
  expect(turns).toBe(20);
  expect(Math.min(...offsUs)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...offsUs)).toBeLessThan(5);
});

it.each([
  { rps: 5000, most: 0.55 },
  { rps: 10_000, most: 0.3 },
])('serves several at $rps a second in one turn, none off its time by more than 0.2 ms', ({ rps, most }) => {
  const { turns, offsUs } = loopAt(rps, 30);
  expect(offsUs).toHaveLength(30);
  expect(turns / 30).toBeLessThan(most);
  expect(Math.min(...offsUs)).toBeGreaterThanOrEqual(-200);
  expect(Math.max(...offsUs)).toBeLessThan(230);
});

it('wakes the other thread shortly before what is not armed', () => {
  const { wakes, offsUs } = loopAt(1000, 5, (ring) => {
    ring.states.fill(0);
  });
  expect([wakes, offsUs.length]).toEqual([5, 0]);
});

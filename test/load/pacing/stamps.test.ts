import { expect, it } from 'vitest';
import { createStamps } from '../../../src/load/pacing/stamps.ts';

const line = { fd: 1, state: new Int32Array(1) };

/** Due and written times of the stamps that are sent by looks at these times. */
function sentAt(looksUs: readonly number[], seed = 1) {
  const sent: { dueUs: number; sentUs: number }[] = [];
  const stamps = createStamps(line, 0, seed, (_fd, bytes) => {
    const [dueUs = 0, sentUs = 0] = new Float64Array(bytes.slice().buffer);
    sent.push({ dueUs, sentUs });
    return bytes.length;
  });
  for (const us of looksUs) stamps.send(us);
  return sent;
}

it('are as many in every second, at random', () => {
  const sent = sentAt([100e6]);
  expect(sent.length).toBeGreaterThan(9700);
  expect(sent.length).toBeLessThan(10_300);
  const gaps = sent.slice(1).map(({ dueUs }, index) => dueUs - (sent[index]?.dueUs ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const beyond = gaps.filter((gap) => gap > mean).length / gaps.length;
  // Of an exponential distribution 1/e is beyond the mean; five standard errors.
  expect(Math.abs(beyond - 1 / Math.E)).toBeLessThan(0.025);
});

it('go out late rather than not at all when nobody could send them', () => {
  const inTime = sentAt(Array.from({ length: 1000 }, (_, ms) => ms * 1000));
  const heldUp = sentAt([200e3, 999e3]);
  expect(heldUp.map(({ dueUs }) => dueUs)).toEqual(inTime.map(({ dueUs }) => dueUs));
  expect(Math.max(...heldUp.map(({ dueUs, sentUs }) => sentUs - dueUs))).toBeGreaterThan(700e3);
});

it('are none without a line', () => {
  expect(createStamps(undefined, 0, 1, () => 0).dueUs).toBe(Number.POSITIVE_INFINITY);
});

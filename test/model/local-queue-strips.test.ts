import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localQueuesSchema } from '../../src/model/local-queues.ts';
import { queueLook, stripOf } from '../helpers/local-queues.ts';

it('keeps each look of a short run as it was', () => {
  const strip = stripOf([queueLook(2_000_000.4, [4, 3, 0, 1]), queueLook(1_000_000, [0, 0, 0, 0])]);
  expect(strip).toEqual({
    target: 'api-1',
    procs: 4,
    psPerRow: 1,
    atUs: [1_000_000, 2_000_000],
    lengths: [
      [0, 0, 0, 0],
      [4, 3, 0, 1],
    ],
  });
});

it('has columns of a few seconds in a long run, and a spike of one look is still in them', () => {
  const looks = Array.from({ length: 3600 }, (_, second) => queueLook(second * 1e6, [second === 1801 ? 250 : 1, 0]));
  const strip = stripOf(looks);
  expect(strip).toMatchObject({ columnUs: 16e6, psPerRow: 1 });
  expect(strip?.atUs).toHaveLength(225);
  expect(strip?.atUs[1]).toBe(16e6);
  expect(strip?.lengths.filter(([first]) => first === 250)).toHaveLength(1);
  expect(strip?.lengths[Math.floor(1801 / 16)]).toEqual([250, 0]);
});

it('lets neighbouring Ps share a row where there are more than sixteen', () => {
  const lengths = Array.from({ length: 40 }, (_, p) => (p === 37 ? 9 : 0));
  const strip = stripOf([queueLook(0, lengths)]);
  expect(strip).toMatchObject({ procs: 40, psPerRow: 4 });
  expect(strip?.lengths).toEqual([[0, 0, 0, 0, 0, 0, 0, 0, 0, 9]]);
});

it('shows Ps that come in the middle of a run, and those that go', () => {
  const strip = stripOf([
    queueLook(0, [1, 2]),
    queueLook(
      1,
      Array.from({ length: 18 }, (_, p) => p),
    ),
    queueLook(2, [5]),
  ]);
  expect(strip).toMatchObject({ procs: 18, psPerRow: 2 });
  expect(strip?.lengths).toEqual([[5, 3, 5, 7, 9, 11, 13, 15, 17]]);
  const apart = stripOf([queueLook(0, [1, 2]), queueLook(1e6, [5])]);
  expect(apart?.lengths).toEqual([[1, 2], [5]]);
});

it('leaves out a target whose queues were all empty', () => {
  expect(stripOf([queueLook(0, [0, 0]), queueLook(1e6, [0, 0])])).toBeUndefined();
  expect(stripOf([{ ...queueLook(0, []), localQueues: undefined }])).toBeUndefined();
});

it('is bounded, loses no maximum, and is the same in whatever order the looks come', () => {
  const look = fc.tuple(
    fc.integer({ min: 0, max: 3_600_000 }),
    fc.array(fc.integer({ min: 0, max: 256 }), { minLength: 1, maxLength: 70 }),
  );
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 700 }), (seen) => {
      const looks = seen.map(([ms, lengths]) => queueLook(ms * 1000, lengths));
      const strip = stripOf(looks);
      expect(stripOf(looks.toReversed())).toEqual(strip);
      const longest = Math.max(...seen.flatMap(([, lengths]) => lengths));
      if (!strip) return expect(longest).toBe(0);
      expect(localQueuesSchema.parse(strip)).toEqual(strip);
      expect(strip.atUs.length).toBeLessThanOrEqual(240);
      expect(strip.lengths).toHaveLength(strip.atUs.length);
      expect(strip.atUs.toSorted((a, b) => a - b)).toEqual(strip.atUs);
      expect(Math.max(...strip.lengths.map((rows) => rows.length))).toBeLessThanOrEqual(16);
      expect(Math.max(...strip.lengths.flat())).toBe(longest);
      for (const { atUs, localQueues = [] } of looks) {
        const column = strip.atUs.findLastIndex((from) => from <= atUs);
        for (const [p, length] of localQueues.entries())
          expect(strip.lengths[column]?.[Math.floor(p / strip.psPerRow)]).toBeGreaterThanOrEqual(length);
      }
    }),
    { numRuns: 60 },
  );
});

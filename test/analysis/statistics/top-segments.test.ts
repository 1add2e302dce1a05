import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topSegments } from '../../../src/analysis/statistics/top-segments.ts';

const sumOf = (scores: readonly number[], from: number, to: number) =>
  scores.slice(from, to + 1).reduce((sum, score) => sum + score, 0);

it('joins what a short dip parts, and keeps apart what a long one does', () => {
  expect(topSegments([-1, 4, -1, 4, -1, -1])).toEqual([{ from: 1, to: 3 }]);
  expect(topSegments([4, -1, -1, -1, -1, -1, 4])).toEqual([
    { from: 0, to: 0 },
    { from: 6, to: 6 },
  ]);
  expect(topSegments([-1, -1])).toEqual([]);
});

it('has the best stretch of all among its own, and none that overlap', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (scores) => {
      const found = topSegments(scores);
      let best = 0;
      for (let from = 0; from < scores.length; from++)
        for (let to = from; to < scores.length; to++) best = Math.max(best, sumOf(scores, from, to));
      expect(Math.max(0, ...found.map(({ from, to }) => sumOf(scores, from, to)))).toBe(best);
      for (const [index, { from, to }] of found.entries()) {
        expect(to).toBeGreaterThanOrEqual(from);
        expect(from).toBeGreaterThan(found[index - 1]?.to ?? -1);
      }
    }),
  );
});

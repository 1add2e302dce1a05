import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf } from '../../../src/load/generators/share-out.ts';
import { constantStep, planFor } from '../load-run.ts';

it('gives each arrival, connection and place to wait to one worker of one generator', () => {
  const cores = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 12 });
  const workers = fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 8 }));
  fc.assert(
    fc.property(cores, workers, fc.integer({ min: 12, max: 500 }), fc.nat(200_000), (own, count, most, rps) => {
      const plan = planFor(80, {
        workers: count,
        maxConnections: most,
        maxQueue: 77,
        steps: [constantStep(rps, 1000)],
      });
      const parts = partsOf(plan, own);
      expect(parts.map((each) => each.length > 0)).toEqual(own.map(() => true));
      const all = parts.flat();
      expect(all.map(({ share }) => share)).toEqual(all.map((_, index) => ({ index, of: all.length })));
      const sum = (pick: (part: (typeof all)[number]) => number) => all.reduce((total, each) => total + pick(each), 0);
      expect([sum((each) => each.maxConnections), sum((each) => each.maxQueue ?? 0)]).toEqual([most, 77]);
      expect(all.every((each) => each.maxConnections > 0)).toBe(true);
    }),
  );
});

it('goes by the rate of each, not by that of all together', () => {
  const plan = planFor(80, { workers: 'auto', steps: [constantStep(40_000, 1000)] });
  expect(partsOf(plan, [16, 16, 16, 16]).map((each) => each.length)).toEqual([1, 1, 1, 1]);
  expect(partsOf(plan, [16]).map((each) => each.length)).toEqual([4]);
});

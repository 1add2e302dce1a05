import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meetAny } from '../../../src/analysis/run/runtime-moments.ts';

it('sees a moment in each window that it reaches into, and in none that it only touches', () => {
  const moments = [
    { fromUs: 250, untilUs: 300 },
    { fromUs: 0, untilUs: 100 },
  ];
  expect(meetAny([0, 100, 200, 300, 400], 100, moments)).toEqual([true, false, true, false, false]);
});

it('sees what looking at every moment for every window would', () => {
  const time = fc.integer({ min: 0, max: 2000 });
  const moment = fc
    .tuple(time, fc.integer({ min: 0, max: 300 }))
    .map(([fromUs, us]) => ({ fromUs, untilUs: fromUs + us }));
  fc.assert(
    fc.property(fc.array(time), fc.integer({ min: 1, max: 200 }), fc.array(moment), (starts, windowUs, moments) => {
      const sorted = starts.toSorted((a, b) => a - b);
      const each = sorted.map((fromUs) =>
        moments.some((one) => one.untilUs > fromUs && one.fromUs < fromUs + windowUs),
      );
      expect(meetAny(sorted, windowUs, moments)).toEqual(each);
    }),
  );
});

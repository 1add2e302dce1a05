import { expect, it } from 'vitest';
import { planWindows } from '../../src/samplers/trace-plan.ts';

const secondUs = 1_000_000;
const options = { windowMs: 1000, everyMs: 5000 };

/** Steps one after the other, from the second 3 on; lengths in seconds. */
function steps(...lengths: (readonly [length: number, measure: boolean])[]) {
  let startUs = 3 * secondUs;
  return lengths.map(([length, measure], index) => {
    const step = { name: `${index}`, measure, startUs, endUs: startUs + length * secondUs };
    startUs = step.endUs;
    return step;
  });
}

const begins = (planned: ReturnType<typeof planWindows>) => planned.map(({ atUs }) => atUs / secondUs);

it('are taken one in each stretch of measured steps, at whole seconds by lot', () => {
  const planned = begins(planWindows(steps([5, false], [500, true]), options));
  expect(planned.map((at) => Math.floor((at - 8) / 5))).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect([...new Set(planned.map((at) => (at - 8) % 5))].sort()).toEqual([0, 1, 2, 3, 4]);
});

it('end before their step, with room for what is sent then', () => {
  expect(begins(planWindows(steps([2, true]), options))).toEqual([3]);
  expect(begins(planWindows(steps([1, true]), options))).toEqual([]);
});

it('keep away from profiles', () => {
  const busy = [{ atUs: 8.5 * secondUs, untilUs: 14.25 * secondUs }];
  const planned = planWindows(steps([40, true]), options, busy);
  expect(planned.length).toBeGreaterThan(4);
  expect(planned.filter(({ atUs, untilUs }) => atUs < 14.25 * secondUs && untilUs > 8.5 * secondUs)).toEqual([]);
});

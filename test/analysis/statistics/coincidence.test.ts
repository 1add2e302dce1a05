import { expect, it } from 'vitest';
import { coincidenceOf } from '../../../src/analysis/statistics/coincidence.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** Windows in which a run of `length` begins with that chance. */
function runsOf(windows: number, share: number, length: number, uniform: () => number): boolean[] {
  const all = Array<boolean>(windows).fill(false);
  for (let index = 0; index < windows; index++) if (uniform() < share) all.fill(true, index, index + length);
  return all;
}

it('tells slow windows that meet events from chance', () => {
  const uniform = seededUniform(1);
  const steps = [1, 2].map(() => {
    const event = runsOf(100, 0.05, 2, uniform);
    return { slow: event, event };
  });
  const found = coincidenceOf(steps, uniform);
  expect(found?.met).toBe(found?.of);
  expect(found?.chance).toBeLessThanOrEqual(0.001);
  expect(found?.met).toBeGreaterThan(3 * (found?.expected ?? 0));
});

it('takes runs that have nothing to do with each other for met in about 1 of 20 trials at odds of 5 %', () => {
  const uniform = seededUniform(2);
  const trials = 100;
  const met = Array.from({ length: trials }, () => {
    const steps = [1, 2].map(() => ({ slow: runsOf(60, 0.06, 4, uniform), event: runsOf(60, 0.06, 4, uniform) }));
    return coincidenceOf(steps, uniform);
  }).filter((found) => found && found.chance <= 0.05);
  expect(met.length).toBeLessThanOrEqual(0.1 * trials);
});

it('cannot tell without events, or without slow windows', () => {
  const uniform = seededUniform(3);
  const [some, none] = [[true, false, false] as const, [false, false, false] as const];
  expect(coincidenceOf([{ slow: some, event: none }], uniform)).toBeUndefined();
  expect(coincidenceOf([{ slow: none, event: some }], uniform)).toBeUndefined();
  expect(coincidenceOf([], uniform)).toBeUndefined();
});

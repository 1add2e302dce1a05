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
  const event = runsOf(100, 0.05, 2, uniform);
  const found = coincidenceOf(event, event, uniform);
  expect(found?.met).toBe(found?.of);
  expect(found?.chance).toBeLessThanOrEqual(0.02);
  expect(found?.met).toBeGreaterThan(3 * (found?.expected ?? 0));
});

it('takes runs that have nothing to do with each other for met in about 1 of 20 trials at odds of 5 %', () => {
  const uniform = seededUniform(2);
  const trials = 300;
  const met = Array.from({ length: trials }, () =>
    coincidenceOf(runsOf(100, 0.06, 4, uniform), runsOf(100, 0.06, 4, uniform), uniform),
  ).filter((found) => found && found.chance <= 0.05);
  expect(met.length).toBeLessThanOrEqual(0.08 * trials);
});

it('cannot tell without events, without slow windows, or of windows that do not match', () => {
  const uniform = seededUniform(3);
  const [some, none] = [
    [true, false, false],
    [false, false, false],
  ];
  expect(coincidenceOf(some ?? [], none ?? [], uniform)).toBeUndefined();
  expect(coincidenceOf(none ?? [], some ?? [], uniform)).toBeUndefined();
  expect(coincidenceOf([true, false], [true], uniform)).toBeUndefined();
});

import { expect, it } from 'vitest';
import type { Target } from '../../src/model/topology.ts';
import { followAway } from '../../src/samplers/away-spans.ts';

it('knows when each target was away, and which never came', () => {
  let nowUs = 0;
  const web = { id: 'web-1', service: 'web', ports: {}, isAway: false };
  const spare = { id: 'web-2', service: 'web', ports: {}, isAway: true };
  const spans = followAway([web, spare] satisfies Target[], { nowUs: () => nowUs });
  const at = (us: number, isAway: boolean) => {
    nowUs = us;
    web.isAway = isAway;
    return spans.wasAway('web-1', us, us);
  };
  expect([at(10, false), at(20, true), at(30, true), at(40, false), at(50, false)]).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const away = (from: number, until: number) => spans.wasAway('web-1', from, until);
  expect([away(0, 19), away(0, 20), away(25, 26), away(41, 50)]).toEqual([false, true, true, false]);
  expect([spans.isStranger('web-1'), spans.isStranger('web-2')]).toEqual([false, true]);
  spare.isAway = false;
  expect(spans.wasAway('web-2', 0, 5)).toBe(true);
  expect(spans.isStranger('web-2')).toBe(false);
  spans.close();
});

import { expect, it } from 'vitest';
import { createPerProcess } from '../../src/samplers/per-process.ts';

it('keeps a state for each process, and gives up that which was asked for longest ago for a ninth', () => {
  const givenUp: number[] = [];
  let made = 0;
  const states = createPerProcess(
    () => made++,
    (state) => givenUp.push(state),
  );
  for (const process of [0, 1, 0, 2, 3, 4, 5, 6, 7]) expect(states.of(process)).toBe(process);
  expect(givenUp).toEqual([]);
  expect(states.of(8)).toBe(8);
  expect(givenUp).toEqual([1]);
  expect(states.of(0)).toBe(0);
  expect(states.all()).toEqual([2, 3, 4, 5, 6, 7, 8, 0]);
});

import { expect, it } from 'vitest';
import { findMaxRate } from '../../src/runs/max-rate.ts';

const search = { startRps: 2000, ceilingRps: 128_000, halvings: 3 };

it('ends within the last halved gap below the true limit', async () => {
  expect(await findMaxRate(search, async (rps) => rps <= 21_500)).toBe(20_000);
});

it('stops at its ceiling when everything is held', async () => {
  expect(await findMaxRate(search, async () => true)).toBe(128_000);
});

it('is zero when not even the first rate is held, after two looks', async () => {
  const asked: number[] = [];
  const holds = async (rps: number) => {
    asked.push(rps);
    return false;
  };
  expect(await findMaxRate(search, holds)).toBe(0);
  expect(asked).toEqual([2000, 2000]);
});

it('does not take one hiccup for a limit', async () => {
  let hiccups = 1;
  expect(await findMaxRate(search, async (rps) => (rps === 4000 && hiccups-- > 0 ? false : rps <= 16_000))).toBe(
    16_000,
  );
});

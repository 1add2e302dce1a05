import { expect, it } from 'vitest';
import { sparing } from '../../src/samplers/sparing.ts';

it('a look that took long is left out until it has cost 3 % of the time', async () => {
  let nowUs = 1e6;
  let usedUs = 0;
  let looks = 0;
  const costsUs = [60_000, 1000, 1000];
  const look = sparing(
    { nowUs: () => nowUs },
    async () => {
      usedUs += costsUs[looks++] ?? 0;
    },
    () => usedUs,
  );
  const seen: number[] = [];
  for (let second = 1; second <= 5; second++) {
    nowUs = second * 1e6;
    await look(new AbortController().signal);
    seen.push(looks);
  }
  expect(seen).toEqual([1, 1, 2, 3, 4]);
});

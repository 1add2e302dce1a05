/** Sums to averages that are whole numbers and yet add up to the average of the totals. */

import { mergeProfiles } from './merge.ts';
import type { PprofProfile } from './types.ts';

/** The profile with the values of the chosen columns divided by `count`, as `wholeAverages` does it. */
export function shareOut(profile: PprofProfile, chosen: readonly boolean[], count: number): PprofProfile {
  if (count === 1 || !chosen.includes(true)) return profile;
  const values = profile.samples.map((sample) => [...sample.values]);
  for (const [column, isChosen] of chosen.entries()) {
    const averages = isChosen
      ? wholeAverages(
          values.map((row) => row[column] ?? 0n),
          BigInt(count),
        )
      : [];
    for (const [index, average] of averages.entries()) values[index]?.splice(column, 1, average);
  }
  const samples = profile.samples.map((sample, index) => ({ ...sample, values: values[index] ?? [] }));
  return { ...mergeProfiles([{ ...profile, samples }]), durationNanos: profile.durationNanos };
}

/**
 * The values divided by `count`. Each is the exact quotient or the whole number next to it, below or above, so that their
 * sum is the rounded quotient of the total (by largest remainders): rounded one by one, a thousand stacks seen once in
 * three looks would all be none.
 */
export function wholeAverages(values: readonly bigint[], count: bigint): bigint[] {
  const quotients = values.map((value) => floorQuotient(value, count));
  const total = values.reduce((sum, value) => sum + value, 0n);
  let left = quotients.reduce((rest, quotient) => rest - quotient, roundedQuotient(total, count));
  const remainders = values.map((value, index) => ({ index, remainder: value - (quotients[index] ?? 0n) * count }));
  // The sort is stable: of equal remainders the stack that was seen first is raised.
  remainders.sort((a, b) => Number(b.remainder - a.remainder));
  for (const { index } of remainders) {
    if (left <= 0n) break;
    quotients[index] = (quotients[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return quotients;
}

function floorQuotient(value: bigint, count: bigint): bigint {
  const quotient = value / count;
  return value % count < 0n ? quotient - 1n : quotient;
}

/** To the nearest, and away from zero where two are as near. */
function roundedQuotient(value: bigint, count: bigint): bigint {
  return value < 0n ? -roundedQuotient(-value, count) : (2n * value + count) / (2n * count);
}

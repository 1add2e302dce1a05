/** Sums to averages that are whole numbers and yet add up to the average of the totals. */
import { totalsOf } from './delta.ts';
import { mergeProfiles } from './merge.ts';
import type { PprofProfile } from './types.ts';

/**
 * The profile with the values of the chosen columns divided by `count`. Each is the exact quotient or the whole number
 * next to it, below or above, so that a column’s total is the rounded quotient of its total (by largest
 * remainders): rounded one by one, a thousand stacks seen once in three looks would all be none.
 */
export function shareOut(profile: PprofProfile, chosen: readonly boolean[], count: number): PprofProfile {
  if (count === 1 || !chosen.includes(true)) return profile;
  const values = profile.samples.map((sample) => [...sample.values]);
  for (const [column, total] of totalsOf(profile).entries())
    if (chosen[column]) share(values, column, total, BigInt(count));
  const samples = profile.samples.map((sample, index) => ({ ...sample, values: values[index] ?? [] }));
  return { ...mergeProfiles([{ ...profile, samples }]), durationNanos: profile.durationNanos };
}

function share(values: readonly bigint[][], column: number, total: bigint, count: bigint): void {
  let left = roundedQuotient(total, count);
  const remainders = values.map((row, index) => {
    const value = row[column] ?? 0n;
    const quotient = floorQuotient(value, count);
    left -= quotient;
    row[column] = quotient;
    return { index, remainder: value - quotient * count };
  });
  // The sort is stable: of equal remainders the stack that was seen first is raised.
  remainders.sort((a, b) => Number(b.remainder - a.remainder));
  for (const { index } of remainders) {
    if (left <= 0n) break;
    const row = values[index];
    if (row) row[column] = (row[column] ?? 0n) + 1n;
    left -= 1n;
  }
}

function floorQuotient(value: bigint, count: bigint): bigint {
  const quotient = value / count;
  return value % count < 0n ? quotient - 1n : quotient;
}

/** To the nearest, and away from zero where two are as near. */
function roundedQuotient(value: bigint, count: bigint): bigint {
  return value < 0n ? -roundedQuotient(-value, count) : (2n * value + count) / (2n * count);
}

/** Whether bytes are a whole profile that can be used, without making objects of it: a small file can hold very many parts. */
import { defaultMaxFrames } from './limits.ts';
import { field, type LocalProfile, width } from './local-profile.ts';
import { createLocalReader } from './read-local.ts';
import { ProfileError } from './types.ts';

/** What is known of a profile that is whole. */
export interface WholeProfile {
  readonly samples: number;
  /** As the profile says, 0 where it does not. */
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
}

/** As objects they take some gigabytes; the largest profiles of Go programs have a million. */
const defaultMaxParts = 8_000_000;

/**
 * Reads all of the bytes of a profile.proto, already inflated. Throws a ProfileError when they are not one, not a whole one, or when its samples,
 * locations, lines, functions, mappings and labels are more than `maxParts` together.
 */
export function wholeProfile(bytes: Uint8Array, maxParts = defaultMaxParts): WholeProfile {
  const { local, read } = createLocalReader(defaultMaxFrames);
  read(bytes);
  const parts = partsOf(local);
  if (parts > maxParts) {
    throw new ProfileError('too large', `a profile too large: it has ${parts} parts, and ${maxParts} are taken`);
  }
  const { low, high } = local.scalars;
  const scalar = (number: number) => (BigInt(high[number] ?? 0) << 32n) | BigInt((low[number] ?? 0) >>> 0);
  return {
    samples: local.stackEnds.length,
    timeNanos: scalar(field.timeNanos),
    durationNanos: scalar(field.durationNanos),
  };
}

function partsOf({ stackEnds, locations, lines, functions, mappings, labels, comments }: LocalProfile): number {
  return (
    stackEnds.length +
    locations.length / width.location +
    lines.length / width.line +
    functions.length / width.function +
    mappings.length / width.mapping +
    labels.length / width.label +
    comments.length
  );
}

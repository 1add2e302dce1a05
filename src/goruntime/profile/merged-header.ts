/** The headers of profiles to that of their sum, by the rules of pprof, and the refusal of those that do not go together. */

import { at } from './ints.ts';
import { field, type LocalProfile } from './local-profile.ts';
import { type Texts, textBytes } from './text-table.ts';
import { ProfileError } from './types.ts';

/** What a sum says of itself; texts by their number, times and periods as they are. */
export interface MergedHeader {
  /** Type, unit, and so on for each column. */
  readonly sampleTypes: readonly number[];
  /** Type, unit. */
  readonly periodType: readonly number[];
  readonly period: bigint;
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly dropFrames: number;
  readonly keepFrames: number;
  readonly comments: readonly number[];
  readonly defaultSampleType: number;
  readonly docUrl: number;
}

/** The header of a sum with that of one profile more; throws a ProfileError when they do not go together. */
export function addHeader(
  sum: MergedHeader | undefined,
  local: LocalProfile,
  texts: Texts,
  textOf: (index: number) => number,
): MergedHeader {
  const next = headerOf(local, textOf);
  if (!sum) return { ...next, comments: [...new Set(next.comments)] };
  refuseOthers('their periods are in', sum.periodType, next.periodType, texts);
  refuseOthers('their values are', sum.sampleTypes, next.sampleTypes, texts);
  return {
    ...sum,
    period: largest(sum.period, next.period),
    timeNanos: earliest(sum.timeNanos, next.timeNanos),
    durationNanos: BigInt.asIntN(64, sum.durationNanos + next.durationNanos),
    comments: [...new Set([...sum.comments, ...next.comments])],
    defaultSampleType: sum.defaultSampleType || next.defaultSampleType,
    docUrl: sum.docUrl || next.docUrl,
  };
}

function headerOf(local: LocalProfile, textOf: (index: number) => number): MergedHeader {
  const { scalars, sampleTypes, periodType, comments } = local;
  const wide = (number: number) =>
    (BigInt(scalars.high[number] ?? 0) << 32n) | BigInt((scalars.low[number] ?? 0) >>> 0);
  const text = (number: number) => textOf(scalars.low[number] ?? 0);
  const all = ({ cells, length }: LocalProfile['comments']) => Array.from(cells.subarray(0, length), textOf);
  return {
    sampleTypes: all(sampleTypes),
    periodType: periodType.length === 0 ? [0, 0] : [textOf(at(periodType, 0)), textOf(at(periodType, 1))],
    period: wide(field.period),
    timeNanos: wide(field.timeNanos),
    durationNanos: wide(field.durationNanos),
    dropFrames: text(field.dropFrames),
    keepFrames: text(field.keepFrames),
    comments: all(comments),
    defaultSampleType: text(field.defaultSampleType),
    docUrl: text(field.docUrl),
  };
}

function refuseOthers(what: string, first: readonly number[], next: readonly number[], texts: Texts): void {
  if (first.length === next.length && first.every((text, index) => text === next[index])) return;
  const told = `${what} ${typesText(first, texts)} and ${typesText(next, texts)}`;
  throw new ProfileError('incompatible', `profiles do not go together: ${told}`);
}

function typesText(types: readonly number[], texts: Texts): string {
  const decoder = new TextDecoder(undefined, { ignoreBOM: true });
  const words = types.map((text) => decoder.decode(textBytes(texts, text)));
  return words.flatMap((type, index) => (index % 2 === 0 ? [`${type}/${words[index + 1] ?? ''}`] : [])).join(', ');
}

/** pprof lets a profile without a time undo the times of those before it; here the earliest that is known stays. */
function earliest(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a + b;
  return -largest(-a, -b);
}

function largest(a: bigint, b: bigint): bigint {
  if (a < b) return b;
  return a;
}

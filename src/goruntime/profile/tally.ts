/** A column of a profile to sums by function, of values and of the samples behind them. */
import { type ContentionRate, sampleCounts } from './sample-counts.ts';
import { columnOf, defaultColumn } from './top.ts';
import { framesOf, type PprofProfile, type ProfileSample, type ValueType } from './types.ts';

/** Which column is summed. */
export interface TallyOptions {
  /** By its name; the default column when left out. */
  readonly column?: string | undefined;
  readonly contentionRate?: ContentionRate | undefined;
}

/** A sum of stacks: its value in the unit of the column, and the samples behind it (0 where they are not known). */
export interface Tally {
  readonly value: number;
  readonly samples: number;
}

/** What one stack adds to a sum. */
interface Weights {
  readonly column: ValueType;
  readonly weigh: (sample: ProfileSample) => Tally;
  /** Why the samples are not known; undefined where they are. */
  readonly unknown: string | undefined;
}

/** Sums of a whole profile, and of each function: of the stacks that end in it (flat), and of those that it is in (cum). */
interface FunctionTallies {
  readonly column: ValueType;
  readonly total: Tally;
  readonly functions: ReadonlyMap<string, { readonly flat: Tally; readonly cum: Tally }>;
  readonly unknown: string | undefined;
}

/** Nothing. */
export const noTally: Tally = { value: 0, samples: 0 };

/** Both together. */
export function plus(a: Tally, b: Tally): Tally {
  return { value: a.value + b.value, samples: a.samples + b.samples };
}

/** How the stacks of a profile are counted; throws a ProfileError when it has no such column. */
export function weightsOf(profile: PprofProfile, { column: name, contentionRate }: TallyOptions): Weights {
  const index =
    name === undefined ? defaultColumn(profile) : profile.sampleTypes.findIndex(({ type }) => type === name);
  const column = columnOf(profile, index);
  const counts = sampleCounts(profile, index, contentionRate);
  const valueIn = ({ values }: ProfileSample) => Number(values[index] ?? 0n);
  const onlyValues = (sample: ProfileSample) => ({ value: valueIn(sample), samples: 0 });
  if ('unknown' in counts) return { column, weigh: onlyValues, unknown: counts.unknown };
  const { countOf } = counts;
  if (profile.samples.some((sample) => countOf(sample) < 0)) {
    return { column, weigh: onlyValues, unknown: 'the profile has values below zero: it is a difference already' };
  }
  return { column, weigh: (sample) => ({ value: valueIn(sample), samples: countOf(sample) }), unknown: undefined };
}

/** The sums of every function; a function counts once in a stack, however often it is there. */
export function tallyFunctions(profile: PprofProfile, options: TallyOptions): FunctionTallies {
  const { column, weigh, unknown } = weightsOf(profile, options);
  let total = noTally;
  const functions = new Map<string, { readonly flat: Tally; readonly cum: Tally }>();
  for (const sample of profile.samples) {
    const weight = weigh(sample);
    if (weight.value === 0 && weight.samples === 0) continue;
    total = plus(total, weight);
    const [innermost, ...callers] = framesOf(sample);
    if (innermost === undefined) continue;
    for (const name of new Set([innermost, ...callers])) {
      const { flat, cum } = functions.get(name) ?? { flat: noTally, cum: noTally };
      functions.set(name, { flat: name === innermost ? plus(flat, weight) : flat, cum: plus(cum, weight) });
    }
  }
  return { column, total, functions, unknown };
}

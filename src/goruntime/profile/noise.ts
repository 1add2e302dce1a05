/** Two profiles to what differs between them, function by function, and whether that is more than the chance of sampling. */
import { differenceP, differenceZ, falseDiscoveryRates } from './poisson.ts';
import { noTally, type Tally, type TallyOptions, tallyFunctions } from './tally.ts';
import type { PprofProfile, ValueType } from './types.ts';

/** How two profiles are held against each other. */
export interface NoiseOptions extends TallyOptions {
  /** What the base is multiplied with, such as the ratio of the requests of both; 1 when left out. */
  readonly factor?: number | undefined;
}

/** A value in both profiles, that of the base times the factor, in the unit of the column. */
export interface Difference {
  readonly value: number;
  readonly base: number;
  /** `new` and `gone` where the other side has nothing, in place of a percentage without meaning. */
  readonly state: 'both' | 'new' | 'gone' | 'none';
  /** Absent where the number of samples is not known. */
  readonly noise?: Noise;
}

/** What the samples say: of all differences of this q or less that are called real, no larger share than q is chance (on average). */
interface Noise {
  readonly samples: number;
  /** As they were counted, not times the factor. */
  readonly baseSamples: number;
  readonly z: number;
  readonly p: number;
  readonly q: number;
}

/** A function in two profiles. */
interface FunctionChange {
  readonly name: string;
  readonly flat: Difference;
  readonly cum: Difference;
}

/** All functions of two profiles, the largest change of the flat value first. */
export interface ProfileChanges {
  readonly column: ValueType;
  readonly factor: number;
  readonly total: Difference;
  readonly functions: readonly FunctionChange[];
  /** Why no noise is told; absent where it is. */
  readonly unknown?: string;
}

/**
 * Every function of `profile` and `base`. Flat and cum values are two families of tests, each with its own q. Throws a ProfileError
 * when one of them lacks the column; whether they are of one kind is the caller’s to see (`mergeProfiles` refuses others).
 */
export function functionChanges(
  profile: PprofProfile,
  base: PprofProfile,
  { factor = 1, ...options }: NoiseOptions = {},
): ProfileChanges {
  const [now, before] = [tallyFunctions(profile, options), tallyFunctions(base, options)];
  const names = [...new Set([...now.functions.keys(), ...before.functions.keys()])];
  const unknown = now.unknown ?? before.unknown;
  const of = (which: 'flat' | 'cum') => {
    const pairs = names.map((name): TallyPair => {
      return [now.functions.get(name)?.[which] ?? noTally, before.functions.get(name)?.[which] ?? noTally];
    });
    return differencesOf(pairs, factor, unknown === undefined);
  };
  const [flat, cum] = [of('flat'), of('cum')];
  const functions = names.map((name, index) => ({ name, flat: flat[index] ?? nothing, cum: cum[index] ?? nothing }));
  const [total = nothing] = differencesOf([[now.total, before.total]], factor, unknown === undefined);
  const { column } = now;
  return { column, factor, total, functions: functions.sort(bySize), ...(unknown === undefined ? {} : { unknown }) };
}

/** What both sides have of one thing, the base second. */
export type TallyPair = readonly [Tally, Tally];

/** No difference between two sides that have nothing. */
export const nothing: Difference = { value: 0, base: 0, state: 'none' };

/** The differences of these pairs, as one family of tests: those without a sample on either side are no tests. */
export function differencesOf(pairs: readonly TallyPair[], factor: number, isCounted: boolean): Difference[] {
  const tested = pairs.flatMap(([now, before], index) =>
    isCounted && now.samples + before.samples > 0 ? [{ samples: now.samples, baseSamples: before.samples, index }] : [],
  );
  const ps = tested.map(({ samples, baseSamples }) => differenceP(samples, baseSamples, factor));
  const rates = falseDiscoveryRates(ps);
  const noises = new Map(
    tested.map(({ samples, baseSamples, index }, rank): [number, Noise] => {
      const z = differenceZ(samples, baseSamples, factor);
      return [index, { samples, baseSamples, z, p: ps[rank] ?? 1, q: rates[rank] ?? 1 }];
    }),
  );
  return pairs.map(([now, before], index) => {
    const noise = noises.get(index);
    return { value: now.value, base: before.value * factor, state: stateOf(now, before), ...(noise ? { noise } : {}) };
  });
}

function stateOf(now: Tally, before: Tally): Difference['state'] {
  if (now.value === 0) return before.value === 0 ? 'none' : 'gone';
  return before.value === 0 ? 'new' : 'both';
}

function bySize(a: FunctionChange, b: FunctionChange): number {
  const change = ({ value, base }: Difference) => Math.abs(value - base);
  return change(b.flat) - change(a.flat) || change(b.cum) - change(a.cum) || (a.name < b.name ? -1 : 1);
}

/** Whether a CPU profile is of a program: what share of its samples is of functions that the program has. */
import { isForeign } from '../package-names.ts';
import { framesOf, type PprofProfile } from './types.ts';

/** Shares are of CPU time, from 0 to 1. */
export interface Belonging {
  /** Looks of the profiler, not stacks. */
  readonly samples: number;
  /** Whose innermost function the program has. */
  readonly share: number;
  /** Of those with functions that are not of the standard library: all of which the program has; undefined without any. */
  readonly ownShare: number | undefined;
}

/** A CPU profile held against the names of a program's functions. */
export function belongingOf(profile: PprofProfile, functions: ReadonlySet<string>): Belonging {
  const columns = profile.sampleTypes;
  const named = new Set([...functions].map(withoutClosure));
  const time = columns.findIndex(({ type }) => type === 'cpu');
  let [all, known, own, knownOwn] = [0, 0, 0, 0];
  for (const sample of profile.samples) {
    const value = Number(sample.values[time] ?? 0n);
    all += value;
    const frames = framesOf(sample);
    if (functions.has(frames[0] ?? '')) known += value;
    const written = frames.filter((frame) => !isForeign(frame) && frame !== 'main.main').map(withoutClosure);
    if (written.length === 0) continue;
    own += value;
    if (written.every((frame) => named.has(frame))) knownOwn += value;
  }
  return {
    samples: looksOf(profile),
    share: all > 0 ? known / all : 0,
    ownShare: own > 0 ? knownOwn / own : undefined,
  };
}

/** How often the profiler looked: its column of samples, else CPU time by the period. */
export function looksOf({ sampleTypes, samples, period }: PprofProfile): number {
  const looks = sampleTypes.findIndex(({ type, unit }) => type === 'samples' && unit === 'count');
  const time = sampleTypes.findIndex(({ type }) => type === 'cpu');
  const sum = (column: number) => samples.reduce((total, { values }) => total + Number(values[column] ?? 0n), 0);
  return looks >= 0 ? sum(looks) : Math.round(sum(time) / Math.max(1, Number(period)));
}

/** Closures are called after the function they stand in, with numbers that move with every build. */
function withoutClosure(name: string): string {
  return name.replace(/(?:\.(?:func|gowrap|deferwrap)\d|-range\d).*$/, '');
}

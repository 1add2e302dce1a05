/** Profiles to the file that speedscope opens (format: www.speedscope.app/file-format-schema.json, its `sampled` profiles). */
import { columnOf, defaultColumn } from './top.ts';
import type { PprofProfile, ProfileSample } from './types.ts';

/** A profile, what the selector of speedscope calls it, and the column that is shown; the default one when left out. */
export interface NamedProfile {
  readonly name: string;
  readonly profile: PprofProfile;
  readonly column?: number | undefined;
}

interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

interface SpeedscopeProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: SpeedscopeUnit;
  readonly startValue: 0;
  /** The sum of the weights. */
  readonly endValue: number;
  /** Stacks, outermost frame first, as indexes into the frames of the file. */
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

type SpeedscopeUnit = 'none' | 'nanoseconds' | 'microseconds' | 'milliseconds' | 'seconds' | 'bytes';

/** A whole file; written as JSON it is what speedscope reads. */
export interface SpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly name: string;
  readonly exporter: 'rampart';
  readonly activeProfileIndex: 0;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly SpeedscopeProfile[];
}

const units: ReadonlyMap<string, SpeedscopeUnit> = new Map<string, SpeedscopeUnit>([
  ['nanoseconds', 'nanoseconds'],
  ['microseconds', 'microseconds'],
  ['milliseconds', 'milliseconds'],
  ['seconds', 'seconds'],
  ['bytes', 'bytes'],
]);

/**
 * A file of these profiles, each with the sums of its stacks by function, largest first. speedscope has no room for values below
 * zero: where a difference has such stacks they are left out, and the name of the profile says how many.
 * Throws a ProfileError when a profile has no such column.
 */
export function speedscopeFile(name: string, profiles: readonly NamedProfile[]): SpeedscopeFile {
  const frames = new Map<string, { readonly index: number; readonly frame: SpeedscopeFrame }>();
  const indexOf = (frame: SpeedscopeFrame): number => {
    const key = JSON.stringify([frame.name, frame.file, frame.line]);
    const known = frames.get(key) ?? { index: frames.size, frame };
    frames.set(key, known);
    return known.index;
  };
  const sampled = profiles.map((each) => sampledProfile(each, indexOf));
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'rampart',
    activeProfileIndex: 0,
    shared: { frames: [...frames.values()].map(({ frame }) => frame) },
    profiles: sampled,
  };
}

function sampledProfile(
  { name, profile, column = defaultColumn(profile) }: NamedProfile,
  indexOf: (frame: SpeedscopeFrame) => number,
): SpeedscopeProfile {
  const { unit } = columnOf(profile, column);
  const stacks = new Map<string, { readonly stack: readonly number[]; value: bigint }>();
  for (const sample of profile.samples) {
    const value = sample.values[column] ?? 0n;
    if (value === 0n) continue;
    const stack = speedscopeFrames(sample).map(indexOf);
    const key = stack.join(' ');
    const known = stacks.get(key) ?? { stack, value: 0n };
    stacks.set(key, known);
    known.value += value;
  }
  const all = [...stacks.values()];
  const shown = all.filter(({ value }) => value > 0n).sort((a, b) => Number(b.value - a.value));
  const below = all.filter(({ value }) => value < 0n).length;
  return {
    type: 'sampled',
    name: below > 0 ? `${name} (without ${below} ${below === 1 ? 'stack' : 'stacks'} below zero)` : name,
    unit: units.get(unit) ?? 'none',
    startValue: 0,
    endValue: shown.reduce((sum, { value }) => sum + Number(value), 0),
    samples: shown.map(({ stack }) => stack),
    weights: shown.map(({ value }) => Number(value)),
  };
}

/** Outermost first; an address where no function is known, as everywhere else. */
function speedscopeFrames({ locations }: ProfileSample): SpeedscopeFrame[] {
  return locations
    .flatMap(({ lines, address }): SpeedscopeFrame[] =>
      lines.length === 0
        ? [{ name: `0x${address.toString(16)}` }]
        : lines.map(({ function: { name, file, startLine } }) => ({
            name,
            ...(file === '' ? {} : { file }),
            ...(startLine > 0 ? { line: startLine } : {}),
          })),
    )
    .reverse();
}

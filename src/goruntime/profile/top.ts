/** A profile to the functions that its values belong to, counted as `go tool pprof -top` counts them. */
import { framesOf, type PprofProfile, ProfileError, type ValueType } from './types.ts';

/** A function, in the unit of the column; exact up to 2^53. */
interface TopRow {
  readonly name: string;
  /** Of the stacks in which it is the innermost function. */
  readonly flat: number;
  /** Of the stacks in which it is anywhere, each counted once. */
  readonly cum: number;
}

/** The functions of a profile by one of its columns, those with the largest flat value (of either sign) first. */
interface TopTable {
  readonly column: ValueType;
  /** Sum of the stacks without their signs; in a profile with a base (`diffProfile`), of the base only. */
  readonly total: number;
  readonly rows: readonly TopRow[];
}

/** The column that pprof shows when it is not told which: the profile's default, else the last. */
export function defaultColumn({ sampleTypes, defaultSampleType }: PprofProfile): number {
  const found = sampleTypes.findIndex(({ type }) => type === defaultSampleType);
  return found < 0 ? sampleTypes.length - 1 : found;
}

/** Every function of the profile, none left out for being small; throws a ProfileError when it has no such column. */
export function topTable(profile: PprofProfile, column = defaultColumn(profile)): TopTable {
  const type = columnOf(profile, column);
  const rows = new Map<string, { flat: bigint; cum: bigint }>();
  let total = 0n;
  let ofBase = 0n;
  for (const sample of profile.samples) {
    const value = sample.values[column] ?? 0n;
    if (value === 0n) continue;
    const size = value < 0n ? -value : value;
    total += size;
    if (sample.labels.some((label) => label.key === 'pprof::base' && 'text' in label && label.text === 'true'))
      ofBase += size;
    const [innermost, ...callers] = framesOf(sample);
    if (innermost === undefined) continue;
    for (const name of new Set([innermost, ...callers])) {
      const row = rows.get(name) ?? { flat: 0n, cum: 0n };
      rows.set(name, row);
      row.cum += value;
      if (name === innermost) row.flat += value;
    }
  }
  const list = [...rows]
    // In the difference of two profiles a function can be where it was.
    .filter(([, { flat, cum }]) => flat !== 0n || cum !== 0n)
    .map(([name, { flat, cum }]) => ({ name, flat: Number(flat), cum: Number(cum) }));
  return { column: type, total: Number(ofBase > 0n ? ofBase : total), rows: list.sort(bySize) };
}

/** The type of a column; throws a ProfileError when the profile has no such column. */
export function columnOf({ sampleTypes }: PprofProfile, column: number): ValueType {
  const type = sampleTypes[column];
  if (type) return type;
  throw new ProfileError('other kind', `no column ${column} in a profile of ${sampleTypes.length} columns`);
}

function bySize(a: TopRow, b: TopRow): number {
  const byFlat = Math.abs(b.flat) - Math.abs(a.flat);
  if (byFlat !== 0) return byFlat;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return Math.abs(b.cum) - Math.abs(a.cum);
}

/** The columns of a profile to the way in which each is combined over time. */
import { type ColumnKind, columnKinds } from './kind.ts';
import { type PprofProfile, ProfileError, type ValueType } from './types.ts';

/** How the values of one instance go together over time: all of them added, their average, the latest, or the latest less the first. */
export type Aggregation = 'sum' | 'avg' | 'last' | 'delta';

/** A column, and how it was combined over time; over instances every column is a sum. */
export interface CombinedColumn extends ValueType {
  readonly kind: ColumnKind;
  readonly aggregation: Aggregation;
}

const defaults: Readonly<Record<ColumnKind, Aggregation>> = {
  interval: 'sum',
  gauge: 'avg',
  cumulative: 'delta',
  unknown: 'sum',
};

/** The average of a counter's readings says nothing, nor does the difference of two windows. */
const meaningless: Readonly<Record<ColumnKind, Aggregation | undefined>> = {
  interval: 'delta',
  gauge: undefined,
  cumulative: 'avg',
  unknown: undefined,
};

/**
 * The columns of a profile, each combined by the wanted way, or by its own where none is wanted or the wanted one has no meaning for it.
 * Throws a ProfileError when it has none for any of them.
 */
export function combinedColumns(profile: PprofProfile, wanted: Aggregation | undefined): readonly CombinedColumn[] {
  const kinds = columnKinds(profile);
  if (wanted !== undefined && kinds.every((kind) => meaningless[kind] === wanted)) {
    const types = profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
    const [kind = 'unknown'] = kinds;
    throw new ProfileError(
      'other kind',
      kind === 'interval'
        ? `no difference over time: each profile of ${types} is of a time of its own; add them up (sum)`
        : `no average over time: a profile of ${types} counts on from the start of its process; take the difference (delta)`,
    );
  }
  return profile.sampleTypes.map((column, index) => {
    const kind = kinds[index] ?? 'unknown';
    const aggregation = wanted === undefined || meaningless[kind] === wanted ? defaults[kind] : wanted;
    return { ...column, kind, aggregation };
  });
}

/** Profiles to one that sums them, by the rules of pprof (github.com/google/pprof, profile/merge.go). */
import {
  type PprofProfile,
  ProfileError,
  type ProfileFunction,
  type ProfileLabel,
  type ProfileLocation,
  type ProfileMapping,
  type ProfileSample,
  type ValueType,
} from './types.ts';

/** Sums profiles one after the other; what it holds grows with their different stacks, not with their number. */
export interface ProfileMerger {
  /** Throws a ProfileError when the profile has other columns or another period than the first; the sum is then as before. */
  add(profile: PprofProfile): void;
  /** The sum so far; throws a ProfileError when nothing was added. */
  result(): PprofProfile;
}

/**
 * The sum of profiles: durations add up, the period is the longest, the time the earliest that is known. Stacks that are
 * zero in every column are left out, and with them what only they refer to; so the merge of one profile is that
 * profile made compact. Throws a ProfileError when there are none, or when they do not go together.
 */
export function mergeProfiles(profiles: Iterable<PprofProfile>): PprofProfile {
  const merger = createProfileMerger();
  for (const profile of profiles) merger.add(profile);
  return merger.result();
}

/** A merger that has nothing yet. */
export function createProfileMerger(): ProfileMerger {
  const samples = new Map<string, { readonly sample: ProfileSample; readonly values: bigint[] }>();
  const tables = createTables();
  let header: PprofProfile | undefined;
  return {
    add(profile) {
      if (header) checkGoTogether(header, profile);
      header = addHeader(header, profile);
      const { locationOf, mapMain } = tables.open();
      mapMain(profile.mappings[0]);
      for (const { locations, values, labels } of profile.samples) {
        if (values.every((value) => value === 0n)) continue;
        const mapped = locations.map(locationOf);
        const key = `${mapped.map(({ id }) => id).join(' ')}${labels.map(labelKey).join('')}`;
        const known = samples.get(key);
        if (known) addTo(known.values, values);
        else {
          const sample = { locations: mapped.map(({ location }) => location), values: [], labels };
          samples.set(key, { sample, values: [...values] });
        }
      }
    },
    result() {
      if (!header) throw new ProfileError('empty', 'no profiles to merge');
      const whole = [...samples.values()].map(({ sample, values }) => ({ ...sample, values: [...values] }));
      const merged = { ...header, samples: whole, mappings: tables.mappings() };
      const cancelled = whole.some(({ values }) => values.every((value) => value === 0n));
      return cancelled ? mergeProfiles([merged]) : merged;
    },
  };
}

/** Int64 wraps around, as it does in pprof. */
function addTo(sums: bigint[], values: readonly bigint[]): void {
  for (const [column, value] of values.entries()) sums[column] = BigInt.asIntN(64, (sums[column] ?? 0n) + value);
}

function labelKey(label: ProfileLabel): string {
  const value = 'text' in label ? ['text', label.text] : ['number', String(label.number), label.unit];
  return JSON.stringify([label.key, ...value]);
}

function checkGoTogether(first: PprofProfile, next: PprofProfile): void {
  const refuse = (what: string, a: readonly ValueType[], b: readonly ValueType[]) => {
    if (typesText(a) === typesText(b)) return;
    throw new ProfileError('incompatible', `profiles do not go together: ${what} ${typesText(a)} and ${typesText(b)}`);
  };
  refuse('their periods are in', [first.periodType], [next.periodType]);
  refuse('their values are', first.sampleTypes, next.sampleTypes);
}

function typesText(types: readonly ValueType[]): string {
  return types.map(({ type, unit }) => `${type}/${unit}`).join(', ');
}

function addHeader(sum: PprofProfile | undefined, { samples: _, ...next }: PprofProfile): PprofProfile {
  if (!sum) return { ...next, samples: [], comments: [...new Set(next.comments)] };
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

/** pprof lets a profile without a time undo the times of those before it; here the earliest that is known stays. */
function earliest(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a + b;
  return -largest(-a, -b);
}

function largest(a: bigint, b: bigint): bigint {
  if (a < b) return b;
  return a;
}

interface Known<Item> {
  readonly id: number;
  readonly item: Item;
}

/** A location of the sum. */
interface KnownLocation {
  readonly id: number;
  readonly location: ProfileLocation;
}

/** The mappings, functions and locations of the sum: one for each key, whichever profile it came from. */
function createTables() {
  const mappings = new Map<string, Known<ProfileMapping>>();
  const functions = new Map<string, Known<ProfileFunction>>();
  const locations = new Map<string, KnownLocation>();
  const intern = <Item>(table: Map<string, Known<Item>>, key: string, item: Item): Known<Item> => {
    const known = table.get(key) ?? { id: table.size + 1, item };
    table.set(key, known);
    return known;
  };
  const internLocation = (source: ProfileLocation): KnownLocation => {
    const mapping = source.mapping && intern(mappings, mappingKey(source.mapping), source.mapping);
    const base = source.mapping?.start ?? 0n;
    const lines = source.lines.map((line) => ({
      line,
      known: intern(functions, functionKey(line.function), line.function),
    }));
    const relative = BigInt.asUintN(64, source.address - base);
    const linesKey = lines.map(({ line, known }) => `${known.id}:${line.line}:${line.column}`).join(' ');
    const key = `${relative} ${mapping?.id ?? 0} ${source.isFolded} ${linesKey}`;
    const found = locations.get(key);
    if (found) return found;
    const location = {
      mapping: mapping?.item,
      address: BigInt.asUintN(64, relative + (mapping?.item.start ?? 0n)),
      lines: lines.map(({ line, known }) => ({ ...line, function: known.item })),
      isFolded: source.isFolded,
    };
    const known = { id: locations.size + 1, location };
    locations.set(key, known);
    return known;
  };
  return {
    mappings: () => [...mappings.values()].map(({ item }) => item),
    /** For the locations of one profile, each of which is looked up by its key only once. */
    open() {
      const seen = new Map<ProfileLocation, KnownLocation>();
      return {
        /** The main binary comes first, even when no sample is in it. */
        mapMain(main: ProfileMapping | undefined) {
          if (main && mappings.size === 0) intern(mappings, mappingKey(main), main);
        },
        locationOf(source: ProfileLocation): KnownLocation {
          const known = seen.get(source) ?? internLocation(source);
          seen.set(source, known);
          return known;
        },
      };
    },
  };
}

const pageBytes = 4096n;

/** Not the start, which the system chooses anew for each process. */
function mappingKey({ start, limit, offset, buildId, file }: ProfileMapping): string {
  const size = BigInt.asUintN(64, limit - start);
  const pages = BigInt.asUintN(64, size + pageBytes - 1n) / pageBytes;
  return JSON.stringify([String(pages), String(offset), buildId || file]);
}

function functionKey({ startLine, name, systemName, file }: ProfileFunction): string {
  return JSON.stringify([startLine, name, systemName, file]);
}

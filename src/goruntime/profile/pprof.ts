/** Bytes of a profile.proto, already inflated, to a profile that holds together (rules: pprof's profile.CheckValid). */
import { at, type Ints } from './ints.ts';
import { defaultMaxFrames } from './limits.ts';
import { field, type LocalProfile, width } from './local-profile.ts';
import { createLocalReader } from './read-local.ts';
import type {
  PprofProfile,
  ProfileFunction,
  ProfileLabel,
  ProfileLocation,
  ProfileMapping,
  ProfileSample,
  ValueType,
} from './types.ts';

/** Limits of a profile: small files can refer to the same long stack very often. */
interface ProfileLimits {
  /** How many frames all stacks may have together. */
  readonly maxFrames: number;
}

/** The profile in these bytes; throws a ProfileError that says what is wrong when they are not one, or not a whole one. */
export function decodeProfile(
  bytes: Uint8Array,
  { maxFrames }: ProfileLimits = { maxFrames: defaultMaxFrames },
): PprofProfile {
  const { local, read } = createLocalReader(maxFrames);
  read(bytes);
  const text = textsOf(local);
  const mappings = mappingsOf(local, text);
  const samples = samplesOf(local, locationsOf(local, mappings, functionsOf(local, text)), text);
  return { ...headerOf(local, text), samples, mappings };
}

/** Reads one profile after the other, whole, and checks them. */
export interface HeaderReader {
  /** The profile that was read last. */
  readonly local: LocalProfile;
  /** What the profile says of itself; its samples are not made to objects. Throws a ProfileError when the bytes are not a whole profile. */
  read(bytes: Uint8Array): PprofProfile;
}

/** A reader that has read nothing yet; it refuses a profile whose stacks have more than `maxFrames` frames together. */
export function createHeaderReader(maxFrames = defaultMaxFrames): HeaderReader {
  const { local, read } = createLocalReader(maxFrames);
  return {
    local,
    read(bytes) {
      read(bytes);
      const text = textsOf(local);
      return { ...headerOf(local, text), samples: [], mappings: mappingsOf(local, text) };
    },
  };
}

/** What a profile says of itself. */
type ProfileHeader = Omit<PprofProfile, 'samples' | 'mappings'>;

/** What a profile in tables says of itself. */
export function headerOf(local: LocalProfile, text = textsOf(local)): ProfileHeader {
  const typesIn = ({ cells, length }: Ints): ValueType[] =>
    Array.from({ length: length / 2 }, (_, index) => ({
      type: text(cells[index * 2]),
      unit: text(cells[index * 2 + 1]),
    }));
  const scalarText = (number: number) => text(local.scalars.low[number]);
  const scalar = (number: number) => int64(local.scalars.low[number], local.scalars.high[number]);
  return {
    sampleTypes: typesIn(local.sampleTypes),
    periodType: typesIn(local.periodType)[0] ?? { type: '', unit: '' },
    period: scalar(field.period),
    timeNanos: scalar(field.timeNanos),
    durationNanos: scalar(field.durationNanos),
    dropFrames: scalarText(field.dropFrames),
    keepFrames: scalarText(field.keepFrames),
    comments: Array.from(local.comments.cells.subarray(0, local.comments.length), text),
    defaultSampleType: scalarText(field.defaultSampleType),
    docUrl: scalarText(field.docUrl),
  };
}

type TextOf = (index: number | undefined) => string;

/** Each text is decoded once, when it is asked for. */
function textsOf({ bytes, strings }: LocalProfile): TextOf {
  const decoder = new TextDecoder(undefined, { ignoreBOM: true });
  const known: (string | undefined)[] = [];
  return (index = 0) => {
    const text = known[index] ?? decoder.decode(bytes.subarray(at(strings, index * 2), at(strings, index * 2 + 1)));
    known[index] = text;
    return text;
  };
}

/** The signed number of two halves. */
function int64(low = 0, high = 0): bigint {
  // Most numbers are small, and a double holds those.
  if (high === 0) return BigInt(low >>> 0);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function uint64(low = 0, high = 0): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The rows of a table, made to things; `read` gives a cell of the row. */
function rowsOf<Item>(
  { cells, length }: Ints,
  cellsEach: number,
  make: (read: (cell: number) => number) => Item,
): Item[] {
  return Array.from({ length: length / cellsEach }, (_, index) => make((cell) => cells[index * cellsEach + cell] ?? 0));
}

function mappingsOf(local: LocalProfile, text: TextOf): ProfileMapping[] {
  return rowsOf(local.mappings, width.mapping, (cell) => ({
    start: uint64(cell(0), cell(1)),
    limit: uint64(cell(2), cell(3)),
    offset: uint64(cell(4), cell(5)),
    file: text(cell(6)),
    buildId: text(cell(7)),
    hasFunctions: (cell(8) & 1) !== 0,
    hasFilenames: (cell(8) & 2) !== 0,
    hasLineNumbers: (cell(8) & 4) !== 0,
    hasInlineFrames: (cell(8) & 8) !== 0,
  }));
}

function functionsOf(local: LocalProfile, text: TextOf): ProfileFunction[] {
  return rowsOf(local.functions, width.function, (cell) => ({
    name: text(cell(0)),
    systemName: text(cell(1)),
    file: text(cell(2)),
    startLine: Number(int64(cell(3), cell(4))),
  }));
}

function locationsOf(
  { locations, lines }: LocalProfile,
  mappings: readonly ProfileMapping[],
  functions: readonly ProfileFunction[],
): ProfileLocation[] {
  const lineAt = (line: number) => {
    const cell = (index: number) => at(lines, line * width.line + index);
    return {
      function: functions[cell(0)] as ProfileFunction,
      line: Number(int64(cell(1), cell(2))),
      column: Number(int64(cell(3), cell(4))),
    };
  };
  return rowsOf(locations, width.location, (cell) => ({
    mapping: mappings[cell(0)],
    address: uint64(cell(1), cell(2)),
    lines: Array.from({ length: cell(5) - cell(4) }, (_, index) => lineAt(cell(4) + index)),
    isFolded: cell(3) !== 0,
  }));
}

function samplesOf(local: LocalProfile, locations: readonly ProfileLocation[], text: TextOf): ProfileSample[] {
  const { stacks, stackEnds, values, labels, labelEnds, sampleTypes } = local;
  const columns = sampleTypes.length / 2;
  return Array.from({ length: stackEnds.length }, (_, sample) => {
    const from = sample === 0 ? 0 : at(stackEnds, sample - 1);
    const value = sample * columns;
    const firstLabel = sample === 0 ? 0 : at(labelEnds, sample - 1);
    return {
      locations: Array.from(
        stacks.cells.subarray(from, at(stackEnds, sample)),
        (location) => locations[location] as ProfileLocation,
      ),
      values: Array.from({ length: columns }, (_, column) =>
        int64(values.cells[(value + column) * 2], values.cells[(value + column) * 2 + 1]),
      ),
      labels: firstLabel === at(labelEnds, sample) ? [] : labelsIn(labels, firstLabel, at(labelEnds, sample), text),
    };
  });
}

function labelsIn({ cells }: Ints, from: number, to: number, text: TextOf): readonly ProfileLabel[] {
  const found = Array.from({ length: (to - from) / width.label }, (_, index): ProfileLabel => {
    const [key, own, low, high, unit] = cells.subarray(from + index * width.label);
    if (own !== 0) return { key: text(key), text: text(own) };
    return { key: text(key), number: int64(low, high), unit: text(unit) };
  });
  return sortLabels(found);
}

/** Labels in the order that a sample keeps them in: texts before numbers, each by key, equal keys as they came. */
export function sortLabels(labels: readonly ProfileLabel[]): readonly ProfileLabel[] {
  const rank = (label: ProfileLabel) => ('text' in label ? 0 : 1);
  return labels.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : Number(a.key > b.key)));
}

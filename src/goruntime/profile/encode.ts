/** A profile to the bytes of a profile.proto, not compressed, as `go tool pprof` reads them. */
import {
  Function as FunctionMessage,
  Label,
  type LabelInput,
  Line,
  Location,
  Mapping,
  Profile,
  Sample,
  StringTable,
  type ValueTypeInput,
} from 'pprof-format';
import type {
  PprofProfile,
  ProfileFunction,
  ProfileLabel,
  ProfileLocation,
  ProfileMapping,
  ValueType,
} from './types.ts';

type IndexOf = (text: string) => number;

/** The ids of things, from 1 on in the order of first use. */
interface Ids<Item> {
  readonly known: ReadonlyMap<Item, number>;
  of(item: Item): number;
}

/** The profile.proto of a profile; its ids are given anew. */
export function encodeProfile(profile: PprofProfile): Uint8Array {
  const stringTable = new StringTable();
  const indexOf: IndexOf = (text) => stringTable.dedup(text);
  const typeOf = ({ type, unit }: ValueType): ValueTypeInput => ({ type: indexOf(type), unit: indexOf(unit) });
  const mappings = createIds(profile.mappings);
  const locations = createIds<ProfileLocation>();
  const functions = createIds<ProfileFunction>();
  const sample = profile.samples.map(
    (each) =>
      new Sample({
        locationId: each.locations.map(locations.of),
        value: [...each.values],
        label: each.labels.map((label) => new Label(labelOf(label, indexOf))),
      }),
  );
  const location = [...locations.known].map(([each, id]) => locationOf(id, each, mappings.of, functions.of));
  const { type, unit } = profile.periodType;
  return new Profile({
    sampleType: profile.sampleTypes.map(typeOf),
    sample,
    location,
    function: [...functions.known].map(([each, id]) => functionOf(id, each, indexOf)),
    mapping: [...mappings.known].map(([each, id]) => mappingOf(id, each, indexOf)),
    dropFrames: indexOf(profile.dropFrames),
    keepFrames: indexOf(profile.keepFrames),
    timeNanos: profile.timeNanos,
    durationNanos: profile.durationNanos,
    // The encoder measures an empty message as absent, and yet would write it.
    ...(type === '' && unit === '' ? {} : { periodType: typeOf(profile.periodType) }),
    period: profile.period,
    comment: profile.comments.map(indexOf),
    defaultSampleType: indexOf(profile.defaultSampleType),
    docUrl: indexOf(profile.docUrl),
    stringTable,
  }).encode();
}

function createIds<Item>(first: readonly Item[] = []): Ids<Item> {
  const known = new Map(first.map((item, index) => [item, index + 1]));
  return {
    known,
    of(item) {
      const id = known.get(item) ?? known.size + 1;
      known.set(item, id);
      return id;
    },
  };
}

function labelOf(label: ProfileLabel, indexOf: IndexOf): LabelInput {
  const key = indexOf(label.key);
  if ('text' in label) return { key, str: indexOf(label.text) };
  return { key, num: label.number, numUnit: indexOf(label.unit) };
}

function locationOf(
  id: number,
  { mapping, address, lines, isFolded }: ProfileLocation,
  mappingId: (mapping: ProfileMapping) => number,
  functionId: (item: ProfileFunction) => number,
): Location {
  return new Location({
    id,
    mappingId: mapping ? mappingId(mapping) : 0,
    address,
    line: lines.map(
      (each) => new Line({ functionId: functionId(each.function), line: each.line, column: each.column }),
    ),
    isFolded,
  });
}

function functionOf(id: number, { name, systemName, file, startLine }: ProfileFunction, indexOf: IndexOf) {
  return new FunctionMessage({
    id,
    name: indexOf(name),
    systemName: indexOf(systemName),
    filename: indexOf(file),
    startLine,
  });
}

function mappingOf(id: number, mapping: ProfileMapping, indexOf: IndexOf): Mapping {
  const { start, limit, offset, file, buildId, ...flags } = mapping;
  return new Mapping({
    id,
    memoryStart: start,
    memoryLimit: limit,
    fileOffset: offset,
    filename: indexOf(file),
    buildId: indexOf(buildId),
    ...flags,
  });
}

/** The bytes of one profile.proto to tables of integers, checked as pprof's profile.CheckValid checks it. */
import {
  type Cursor,
  createCursor,
  createNumberFields,
  readNumberFields,
  readRepeated,
  readTag,
  skipField,
} from './cursor.ts';
import { createIds, keepId, placeOf, resetIds } from './ids.ts';
import { at, createInts, type Ints, push } from './ints.ts';
import {
  checkedText,
  indexIn,
  isEmptyText,
  messageEnd,
  notWhole,
  numbers,
  pushWide,
  readNumber,
  textIn,
  type Workshop,
} from './local-fields.ts';
import { clearLocalProfile, createLocalProfile, field, type LocalProfile, width } from './local-profile.ts';
import { readSamples } from './read-samples.ts';
import { ProfileError } from './types.ts';

/** Reads one profile after the other into the same tables. */
export interface LocalReader {
  readonly local: LocalProfile;
  /** Throws a ProfileError when the bytes are not a whole profile; the tables are then of no use until the next one. */
  read(bytes: Uint8Array): void;
}

/** A reader that refuses a profile whose stacks have more frames than this together. */
export function createLocalReader(maxFrames: number): LocalReader {
  const local = createLocalProfile();
  const workshop: Workshop = {
    samples: createInts(),
    mappings: createInts(),
    functions: createInts(),
    locations: createInts(),
    mappingIds: createIds('mapping'),
    functionIds: createIds('function'),
    locationIds: createIds('location'),
    lows: createInts(),
    highs: createInts(),
    maxFrames,
  };
  return {
    local,
    read(bytes) {
      if (bytes.length === 0) throw new ProfileError('empty', 'not a profile: it is empty');
      const cursor = createCursor(bytes);
      clearLocalProfile(local, bytes);
      findMessages(cursor, local, workshop);
      checkHeader(local);
      readMappings(cursor, local, workshop);
      readFunctions(cursor, local, workshop);
      readLocations(cursor, local, workshop);
      readSamples(cursor, local, workshop);
    },
  };
}

/** Messages may come in any order, so those that refer to others are read once all are found. */
function findMessages(cursor: Cursor, local: LocalProfile, workshop: Workshop): void {
  const { samples, mappings, functions, locations } = workshop;
  const ranges: readonly (Ints | undefined)[] = [
    undefined,
    undefined,
    samples,
    mappings,
    locations,
    functions,
    local.strings,
  ];
  for (const messages of [samples, mappings, functions, locations]) messages.length = 0;
  let hasTime = false;
  while (cursor.at < cursor.end) {
    const tag = readTag(cursor);
    const number = tag >> 3;
    if (tag < 0 || number > field.docUrl || number === 0) {
      skipField(cursor, tag);
      continue;
    }
    const range = ranges[number];
    if (range) {
      const end = messageEnd(cursor, tag);
      push(range, cursor.at);
      push(range, end);
      cursor.at = end;
    } else if (number === field.sampleType || number === field.periodType) readType(cursor, tag, local);
    else if (number === field.comment) readComments(cursor, tag, local, workshop);
    else {
      if (number === field.timeNanos && hasTime) {
        throw new ProfileError('not a profile', 'not one profile: it has two times, as two profiles in one file have');
      }
      hasTime ||= number === field.timeNanos;
      readNumber(cursor, tag);
      local.scalars.low[number] = cursor.low;
      local.scalars.high[number] = cursor.high;
    }
  }
}

function readType(cursor: Cursor, tag: number, local: LocalProfile): void {
  readNumberFields(cursor, messageEnd(cursor, tag), 2, numbers);
  const types = tag >> 3 === field.sampleType ? local.sampleTypes : local.periodType;
  if (types === local.periodType) types.length = 0;
  push(types, indexIn(1));
  push(types, indexIn(2));
}

function readComments(cursor: Cursor, tag: number, { comments }: LocalProfile, { lows, highs }: Workshop): void {
  lows.length = 0;
  highs.length = 0;
  readRepeated(cursor, tag, lows, highs);
  for (let index = 0; index < lows.length; index++) push(comments, at(highs, index) === 0 ? at(lows, index) : -1);
}

function checkHeader(local: LocalProfile): void {
  if (local.strings.length === 0 || !isEmptyText(local, 0)) {
    throw new ProfileError('not a profile', 'not a profile: its string table does not begin with an empty string');
  }
  const { sampleTypes, periodType, comments, scalars } = local;
  for (const texts of [sampleTypes, periodType, comments]) {
    for (let index = 0; index < texts.length; index++) checkedText(local, at(texts, index));
  }
  for (const number of [field.dropFrames, field.keepFrames, field.defaultSampleType, field.docUrl]) {
    checkedText(local, scalars.high[number] === 0 ? (scalars.low[number] as number) : -1);
  }
  let isNamed = sampleTypes.length > 0;
  for (let index = 0; index < sampleTypes.length; index += 2) isNamed &&= !isEmptyText(local, at(sampleTypes, index));
  if (!isNamed) throw notWhole('it does not say what its values are');
}

function readMappings(cursor: Cursor, local: LocalProfile, { mappings: ranges, mappingIds }: Workshop): void {
  resetIds(mappingIds, ranges.length / 2);
  for (let index = 0; index < ranges.length; index += 2) {
    cursor.at = at(ranges, index);
    readNumberFields(cursor, at(ranges, index + 1), 10, numbers);
    const { low, high } = numbers;
    keepId(mappingIds, low[1] as number, high[1] as number, index / 2);
    for (let number = 2; number <= 4; number++) pushWide(local.mappings, number);
    push(local.mappings, textIn(local, 5));
    push(local.mappings, textIn(local, 6));
    let flags = 0;
    for (let number = 7; number <= 10; number++)
      if (low[number] !== 0 || high[number] !== 0) flags |= 1 << (number - 7);
    push(local.mappings, flags);
  }
}

function readFunctions(cursor: Cursor, local: LocalProfile, { functions: ranges, functionIds }: Workshop): void {
  resetIds(functionIds, ranges.length / 2);
  for (let index = 0; index < ranges.length; index += 2) {
    cursor.at = at(ranges, index);
    readNumberFields(cursor, at(ranges, index + 1), 5, numbers);
    keepId(functionIds, numbers.low[1] as number, numbers.high[1] as number, index / 2);
    for (let number = 2; number <= 4; number++) push(local.functions, textIn(local, number));
    pushWide(local.functions, 5);
  }
}

function readLocations(cursor: Cursor, local: LocalProfile, workshop: Workshop): void {
  const { locations: ranges, locationIds, mappingIds } = workshop;
  resetIds(locationIds, ranges.length / 2);
  for (let index = 0; index < ranges.length; index += 2) {
    cursor.at = at(ranges, index);
    const firstLine = local.lines.length / width.line;
    readLocation(cursor, at(ranges, index + 1), local, workshop);
    const { low, high } = place;
    keepId(locationIds, low[1] as number, high[1] as number, index / 2);
    const hasMapping = low[2] !== 0 || high[2] !== 0;
    push(local.locations, hasMapping ? placeOf(mappingIds, low[2] as number, high[2] as number) : -1);
    push(local.locations, low[3] as number);
    push(local.locations, high[3] as number);
    push(local.locations, low[5] !== 0 || high[5] !== 0 ? 1 : 0);
    push(local.locations, firstLine);
    push(local.locations, local.lines.length / width.line);
  }
}

const place = createNumberFields();

/** The numbers of a location go to `place`, its lines to their table. */
function readLocation(cursor: Cursor, end: number, local: LocalProfile, { functionIds }: Workshop): void {
  place.low.fill(0);
  place.high.fill(0);
  const outer = cursor.end;
  cursor.end = end;
  while (cursor.at < end) {
    const tag = readTag(cursor);
    const number = tag >> 3;
    if (tag < 0 || number > 5 || number === 0) skipField(cursor, tag);
    else if (number === 4) {
      readNumberFields(cursor, messageEnd(cursor, tag), 3, numbers);
      push(local.lines, placeOf(functionIds, numbers.low[1] as number, numbers.high[1] as number));
      pushWide(local.lines, 2);
      pushWide(local.lines, 3);
    } else {
      readNumber(cursor, tag);
      place.low[number] = cursor.low;
      place.high[number] = cursor.high;
    }
  }
  cursor.end = outer;
}

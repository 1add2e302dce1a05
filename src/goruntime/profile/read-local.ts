/** The bytes of one profile.proto to tables of integers, checked as pprof's profile.CheckValid checks it. */

import {
  bytesExpected,
  type Cursor,
  createCursor,
  createNumberFields,
  numberExpected,
  readLength,
  readNumberFields,
  readRepeated,
  readTag,
  readVarint,
  skipField,
  wireOf,
} from './cursor.ts';
import { createIds, type Ids, keepId, placeOf, resetIds } from './ids.ts';
import { at, createInts, type Ints, push } from './ints.ts';
import { clearLocalProfile, createLocalProfile, field, type LocalProfile, width } from './local-profile.ts';
import { ProfileError } from './types.ts';

/** Reads one profile after the other into the same tables. */
export interface LocalReader {
  readonly local: LocalProfile;
  /** Throws a ProfileError when the bytes are not a whole profile; the tables are then of no use until the next one. */
  read(bytes: Uint8Array): void;
}

/** What the reader keeps beside the tables: where the messages are in the bytes, and the ids of their things. */
interface Workshop {
  readonly samples: Ints;
  readonly mappings: Ints;
  readonly functions: Ints;
  readonly locations: Ints;
  readonly mappingIds: Ids;
  readonly functionIds: Ids;
  readonly locationIds: Ids;
  /** Low and high halves of a repeated field. */
  readonly lows: Ints;
  readonly highs: Ints;
  readonly maxFrames: number;
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

function notWhole(what: string): ProfileError {
  return new ProfileError('not whole', `not a whole profile: ${what}`);
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

function messageEnd(cursor: Cursor, tag: number): number {
  if (wireOf(tag) === 2) return readLength(cursor) + cursor.at;
  skipField(cursor, tag);
  throw bytesExpected();
}

function readNumber(cursor: Cursor, tag: number): void {
  if (wireOf(tag) !== 0) {
    skipField(cursor, tag);
    throw numberExpected();
  }
  readVarint(cursor);
}

const numbers = createNumberFields();

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

/** A field of `numbers` as an index into the strings: -1 where it cannot be one. */
function indexIn(number: number): number {
  const low = numbers.low[number] as number;
  return numbers.high[number] === 0 && low >= 0 ? low : -1;
}

/** A field of `numbers` that must be an index into the strings. */
function textIn(local: LocalProfile, number: number): number {
  return checkedText(local, indexIn(number));
}

function checkedText({ strings }: LocalProfile, index: number): number {
  if (index < 0 || index * 2 >= strings.length) throw notWhole('a string is missing');
  return index;
}

function isEmptyText({ strings }: LocalProfile, index: number): boolean {
  return at(strings, index * 2) === at(strings, index * 2 + 1);
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

/** A field of `numbers`, both halves. */
function pushWide(into: Ints, number: number): void {
  push(into, numbers.low[number] as number);
  push(into, numbers.high[number] as number);
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

function readSamples(cursor: Cursor, local: LocalProfile, workshop: Workshop): void {
  const columns = local.sampleTypes.length / 2;
  const { samples: ranges, maxFrames } = workshop;
  let frames = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    cursor.at = at(ranges, index);
    const [firstLocation, firstValue] = [local.stacks.length, local.values.length];
    readSample(cursor, at(ranges, index + 1), local, workshop);
    const values = (local.values.length - firstValue) / 2;
    if (values !== columns) throw notWhole(`a sample has ${values} values, and there are ${columns} sample types`);
    frames += framesOf(local, firstLocation);
    if (frames > maxFrames) {
      throw new ProfileError('too large', `a profile too large: its stacks have more than ${maxFrames} frames`);
    }
    push(local.stackEnds, local.stacks.length);
    push(local.labelEnds, local.labels.length);
  }
}

function framesOf({ stacks, locations }: LocalProfile, from: number): number {
  let frames = 0;
  for (let index = from; index < stacks.length; index++) {
    const location = at(stacks, index) * width.location;
    frames += Math.max(1, at(locations, location + 5) - at(locations, location + 4));
  }
  return frames;
}

function readSample(cursor: Cursor, end: number, local: LocalProfile, { locationIds, lows, highs }: Workshop): void {
  const outer = cursor.end;
  cursor.end = end;
  while (cursor.at < end) {
    const tag = readTag(cursor);
    const number = tag >> 3;
    if (tag < 0 || number > 3 || number === 0) skipField(cursor, tag);
    else if (number === 3) {
      readNumberFields(cursor, messageEnd(cursor, tag), 4, numbers);
      pushLabel(local);
    } else {
      lows.length = 0;
      highs.length = 0;
      readRepeated(cursor, tag, lows, highs);
      for (let index = 0; index < lows.length; index++) {
        if (number === 1) push(local.stacks, placeOf(locationIds, at(lows, index), at(highs, index)));
        else {
          push(local.values, at(lows, index));
          push(local.values, at(highs, index));
        }
      }
    }
  }
  cursor.end = outer;
}

/** Like pprof, drops a label whose text is empty, or whose number is zero and has no unit. */
function pushLabel(local: LocalProfile): void {
  const { low, high } = numbers;
  const key = textIn(local, 1);
  const text = textIn(local, 2);
  const isNumber = text === 0;
  if (isNumber && low[3] === 0 && high[3] === 0 && low[4] === 0 && high[4] === 0) return;
  push(local.labels, key);
  push(local.labels, text);
  push(local.labels, isNumber ? (low[3] as number) : 0);
  push(local.labels, isNumber ? (high[3] as number) : 0);
  push(local.labels, isNumber ? textIn(local, 4) : 0);
}

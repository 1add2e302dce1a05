/** Fields of a profile.proto as its readers have them in common: the numbers of one message, and checked references to strings. */
import {
  bytesExpected,
  type Cursor,
  createNumberFields,
  numberExpected,
  readLength,
  readVarint,
  skipField,
  wireOf,
} from './cursor.ts';
import type { Ids } from './ids.ts';
import { at, type Ints, push } from './ints.ts';
import type { LocalProfile } from './local-profile.ts';
import { ProfileError } from './types.ts';

/** What the reader keeps beside the tables: where the messages are in the bytes, and the ids of their things. */
export interface Workshop {
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

/** What is thrown where a profile refers to what it does not have. */
export function notWhole(what: string): ProfileError {
  return new ProfileError('not whole', `not a whole profile: ${what}`);
}

/** The end of a message whose tag has been read; throws where it is none. */
export function messageEnd(cursor: Cursor, tag: number): number {
  if (wireOf(tag) === 2) return readLength(cursor) + cursor.at;
  skipField(cursor, tag);
  throw bytesExpected();
}

/** Reads a number whose tag has been read into the cursor; throws where it is none. */
export function readNumber(cursor: Cursor, tag: number): void {
  if (wireOf(tag) !== 0) {
    skipField(cursor, tag);
    throw numberExpected();
  }
  readVarint(cursor);
}

/** The numbers of the message that is being read. */
export const numbers = createNumberFields();

/** A field of `numbers` as an index into the strings: -1 where it cannot be one. */
export function indexIn(number: number): number {
  const low = numbers.low[number] as number;
  return numbers.high[number] === 0 && low >= 0 ? low : -1;
}

/** A field of `numbers` that must be an index into the strings. */
export function textIn(local: LocalProfile, number: number): number {
  return checkedText(local, indexIn(number));
}

/** An index into the strings; throws where there is no such string. */
export function checkedText({ strings }: LocalProfile, index: number): number {
  if (index < 0 || index * 2 >= strings.length) throw notWhole('a string is missing');
  return index;
}

/** Whether a string is empty. */
export function isEmptyText({ strings }: LocalProfile, index: number): boolean {
  return at(strings, index * 2) === at(strings, index * 2 + 1);
}

/** A field of `numbers`, both halves. */
export function pushWide(into: Ints, number: number): void {
  push(into, numbers.low[number] as number);
  push(into, numbers.high[number] as number);
}

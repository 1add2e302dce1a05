/** A place in the bytes of a protobuf message (format: protobuf.dev/programming-guides/encoding). */

import { type Ints, push } from './ints.ts';
import { ProfileError } from './types.ts';

/** Numbers of 64 bits are read as two halves of 32: a bigint for each would take most of the time. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Behind the message that is read. */
  end: number;
  /** The number that was read last. */
  low: number;
  high: number;
}

/** At the start of these bytes. */
export function createCursor(bytes: Uint8Array): Cursor {
  return { bytes, at: 0, end: bytes.length, low: 0, high: 0 };
}

/** Reads a number into `low` and `high`; throws a ProfileError when it is cut or too long. */
export function readVarint(cursor: Cursor): void {
  const { bytes } = cursor;
  const byte = bytes[cursor.at] as number;
  if (byte < 128 && cursor.at < cursor.end) {
    cursor.at += 1;
    cursor.low = byte;
    cursor.high = 0;
  } else readLongVarint(cursor);
}

function readLongVarint(cursor: Cursor): void {
  let low = 0;
  let high = 0;
  for (let index = 0; index < 10; index++) {
    if (cursor.at >= cursor.end) throw new ProfileError('not whole', 'not a whole profile: it is cut in a number');
    const byte = cursor.bytes[cursor.at] as number;
    cursor.at += 1;
    const bits = byte & 127;
    if (index < 4) low |= bits << (7 * index);
    else if (index === 4) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else high |= bits << (7 * index - 32);
    if (byte < 128) {
      cursor.low = low;
      cursor.high = high;
      return;
    }
  }
  throw new ProfileError('not a profile', 'not a profile: it has a number of more than 64 bits');
}

/** The number that was read last as an index: itself where it can be one, else -1. */
function indexRead({ low, high }: Cursor): number {
  return high === 0 && low >= 0 ? low : -1;
}

const wireMask = 7;

/** Reads the tag of a field, its number times 8 and its wire type; below zero where the number is too large to be one that is known. */
export function readTag(cursor: Cursor): number {
  readVarint(cursor);
  return cursor.high === 0 && cursor.low >= 0 ? cursor.low : -1 - (cursor.low & wireMask);
}

/** The wire type of a tag. */
export function wireOf(tag: number): number {
  return tag >= 0 ? tag & wireMask : -1 - tag;
}

/** Passes over the field of a tag that was read, whatever it holds. */
export function skipField(cursor: Cursor, tag: number): void {
  const wire = wireOf(tag);
  if (wire === 0) readVarint(cursor);
  else if (wire === 1) skip(cursor, 8);
  else if (wire === 2) skip(cursor, readLength(cursor));
  else if (wire === 5) skip(cursor, 4);
  else throw new ProfileError('not a profile', `not a profile: it has a field of wire type ${wire}`);
}

/** Reads the length of a text or a message that follows. */
export function readLength(cursor: Cursor): number {
  readVarint(cursor);
  const length = indexRead(cursor);
  if (length < 0 || cursor.at + length > cursor.end) throw cutInField();
  return length;
}

function skip(cursor: Cursor, length: number): void {
  if (cursor.at + length > cursor.end) throw cutInField();
  cursor.at += length;
}

function cutInField(): ProfileError {
  return new ProfileError('not whole', 'not a whole profile: it is cut in a field');
}

/** The refusal of a number in the field of a text or a message. */
export function bytesExpected(): ProfileError {
  return new ProfileError('not a profile', 'not a profile: a number where bytes belong');
}

/** The refusal of bytes in the field of a number. */
export function numberExpected(): ProfileError {
  return new ProfileError('not a profile', 'not a profile: bytes where a number belongs');
}

/** Adds the numbers of a repeated field, low halves and high halves, be they packed into one value or not. */
export function readRepeated(cursor: Cursor, tag: number, lows: Ints, highs: Ints): void {
  const wire = wireOf(tag);
  if (wire === 0) {
    readVarint(cursor);
    push(lows, cursor.low);
    push(highs, cursor.high);
    return;
  }
  if (wire !== 2) {
    skipField(cursor, tag);
    throw numberExpected();
  }
  const outer = cursor.end;
  const length = readLength(cursor);
  cursor.end = cursor.at + length;
  while (cursor.at < cursor.end) {
    readVarint(cursor);
    push(lows, cursor.low);
    push(highs, cursor.high);
  }
  cursor.end = outer;
}

/** The fields of a message that holds numbers only, by their number; 0 where there is none. */
export interface NumberFields {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Room for fields up to number 15. */
export function createNumberFields(): NumberFields {
  return { low: new Int32Array(16), high: new Int32Array(16) };
}

/** Reads a message of numbers up to `end`; fields above `last` are not known and passed over. */
export function readNumberFields(cursor: Cursor, end: number, last: number, into: NumberFields): void {
  into.low.fill(0, 0, last + 1);
  into.high.fill(0, 0, last + 1);
  const outer = cursor.end;
  cursor.end = end;
  while (cursor.at < end) {
    const tag = readTag(cursor);
    const field = tag >> 3;
    if (tag < 0 || field > last || field === 0) skipField(cursor, tag);
    else if (wireOf(tag) === 0) {
      readVarint(cursor);
      into.low[field] = cursor.low;
      into.high[field] = cursor.high;
    } else {
      skipField(cursor, tag);
      throw numberExpected();
    }
  }
  cursor.end = outer;
}

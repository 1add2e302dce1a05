/** The fields of a protobuf message, in the wire format that protobuf.dev/programming-guides/encoding describes. */
import { ProfileError } from './types.ts';

/** An unsigned 64 bit number: a bigint only where a number would not be exact. */
export type Varint = number | bigint;

/** A field is a number (wire type 0), or the bytes of a text, a message or packed numbers (wire type 2). */
export type WireValue = Varint | Uint8Array;

/** The most bytes that a 64 bit number takes, and how many of them a double can add up exactly. */
const longest = 10;
const exact = 7;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Shows each field of a message in turn; throws a ProfileError when the message is cut or has no such form. */
export function readFields(bytes: Uint8Array, visit: (field: number, value: WireValue) => void): void {
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(cursor));
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        visit(field, readVarint(cursor));
        break;
      case 1:
        skip(cursor, 8);
        break;
      case 2: {
        const end = skip(cursor, Number(readVarint(cursor)));
        visit(field, bytes.subarray(end.from, end.to));
        break;
      }
      case 5:
        skip(cursor, 4);
        break;
      default:
        throw new ProfileError('not a profile', `not a profile: it has a field of wire type ${tag % 8}`);
    }
  }
}

/** Adds the numbers of a repeated field to a list, be they packed into one value or not. */
export function readNumbers<Item>(value: WireValue, convert: (number: Varint) => Item, into: Item[]): void {
  if (!(value instanceof Uint8Array)) {
    into.push(convert(value));
    return;
  }
  const cursor = { bytes: value, at: 0 };
  while (cursor.at < value.length) into.push(convert(readVarint(cursor)));
}

/** The same 64 bits with a sign. */
export function toInt64(value: Varint): bigint {
  return BigInt.asIntN(64, BigInt(value));
}

/** The number in a field that must hold one. */
export function numberIn(value: WireValue): Varint {
  if (value instanceof Uint8Array)
    throw new ProfileError('not a profile', 'not a profile: bytes where a number belongs');
  return value;
}

/** The bytes in a field that must hold a text or a message. */
export function bytesIn(value: WireValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ProfileError('not a profile', 'not a profile: a number where bytes belong');
}

function skip(cursor: Cursor, count: number): { from: number; to: number } {
  const from = cursor.at;
  cursor.at += count;
  if (cursor.at > cursor.bytes.length) {
    throw new ProfileError('not whole', 'not a whole profile: it is cut in a field');
  }
  return { from, to: cursor.at };
}

function readVarint(cursor: Cursor): Varint {
  let value = 0;
  let factor = 1;
  for (let count = 0; count < exact; count += 1) {
    const byte = nextByte(cursor);
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
  let large = BigInt(value);
  for (let count = exact; count < longest; count += 1) {
    const byte = nextByte(cursor);
    large |= BigInt(byte & 127) << BigInt(7 * count);
    if (byte < 128) {
      const whole = BigInt.asUintN(64, large);
      return whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
    }
  }
  throw new ProfileError('not a profile', 'not a profile: it has a number of more than 64 bits');
}

function nextByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new ProfileError('not whole', 'not a whole profile: it is cut in a number');
  cursor.at += 1;
  return byte;
}

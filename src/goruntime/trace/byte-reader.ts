/** Bytes of a batch, read one value after the other. */
import { broken } from './trace-error.ts';

const lowBits = 2 ** 28;
const highBits = 2 ** 56;

/** Reads unsigned LEB128 numbers, which the runtime pads (src/internal/trace/tracev2, runtime/tracebuf.go `varintAt`). */
export class ByteReader {
  bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw broken('an event goes beyond its batch');
    return byte;
  }

  /** What is stored as 2^64 - 1, for none, is -1; numbers beyond 2^53 lose their last bits. */
  varint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.longVarint(first & 0x7f);
  }

  private longVarint(first: number): number {
    let low = first;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    let middle = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      middle |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low + middle * lowBits;
    }
    const ninth = this.byte();
    const tenth = ninth < 0x80 ? 0 : this.byte();
    if (tenth > 1) throw broken('a number has more than 64 bits');
    const high = (ninth & 0x7f) | (tenth << 7);
    // The order of the sum keeps small negative numbers exact.
    return (high < 0x80 ? high : high - 0x100) * highBits + middle * lowBits + low;
  }

  /** A part of the same bytes, not a copy. */
  slice(length: number): Uint8Array {
    const end = this.at + length;
    if (!(length >= 0 && end <= this.bytes.length)) throw broken(`${length} bytes go beyond their batch`);
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

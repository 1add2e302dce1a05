/**
 * The counts in an encoded histogram, without a histogram for them: of the 24,000 places that one of ours has, a second's arrivals fill some
 * hundred. HdrHistogram V2: https://github.com/HdrHistogram/HdrHistogram, `AbstractHistogram.encodeIntoByteBuffer` and `ZigZagEncoding`.
 */
import { inflateSync } from 'node:zlib';

const cookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const compressedHead = 8;
const head = 40;
/** Seven bits of each byte but the ninth, of which all eight. */
const mostBytes = 9;

/** How a histogram is cut into places; texts of the same have the same places. */
export interface HistogramShape {
  readonly lowest: number;
  readonly highest: number;
  readonly digits: number;
}

/** Calls `each` with every place that has a count, the least value first; false, and no call, when the text is of another shape or no such text. */
export function eachCount(text: string, shape: HistogramShape, each: (place: number, count: number) => void): boolean {
  const packed = Buffer.from(text, 'base64');
  if (packed.length < compressedHead || packed.readInt32BE(0) !== compressedCookie) return false;
  const length = packed.readInt32BE(4);
  if (length < 0 || compressedHead + length > packed.length) return false;
  const bytes = inflateSync(packed.subarray(compressedHead, compressedHead + length));
  if (bytes.length < head || !isOf(bytes, shape)) return false;
  const end = head + bytes.readInt32BE(4);
  if (end > bytes.length) return false;
  walk(bytes, end, each);
  return true;
}

function isOf(bytes: Buffer, { lowest, highest, digits }: HistogramShape): boolean {
  return (
    bytes.readInt32BE(0) === cookie &&
    bytes.readInt32BE(12) === digits &&
    bytes.readBigInt64BE(16) === BigInt(lowest) &&
    bytes.readBigInt64BE(24) === BigInt(highest)
  );
}

function walk(bytes: Buffer, end: number, each: (place: number, count: number) => void): void {
  let place = 0;
  for (let at = head; at < end; ) {
    let [value, scale] = [0, 1];
    for (let read = 1; ; read++) {
      const byte = bytes[at++] ?? 0;
      const last = read === mostBytes || byte < 0x80;
      value += (read === mostBytes ? byte : byte & 0x7f) * scale;
      if (last) break;
      scale *= 0x80;
    }
    // Zigzag: a negative number is a run of so many places without a count.
    if (value % 2 === 1) place += (value + 1) / 2;
    else {
      if (value > 0) each(place, value / 2);
      place++;
    }
  }
}

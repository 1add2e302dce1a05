/** Bytes of protobuf messages that are written one behind the other. */

/** The first `length` bytes are written. */
export interface ByteList {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Nothing yet. */
export function createByteList(): ByteList {
  return { bytes: new Uint8Array(1 << 12), length: 0 };
}

const longestVarint = 10;

/** Writes an unsigned number of two halves. */
export function writeVarint(list: ByteList, low: number, high: number): void {
  reserve(list, longestVarint);
  const { bytes } = list;
  let rest = low >>> 0;
  let upper = high >>> 0;
  while (upper !== 0 || rest > 127) {
    bytes[list.length] = (rest & 127) | 128;
    list.length += 1;
    rest = ((rest >>> 7) | (upper << 25)) >>> 0;
    upper >>>= 7;
  }
  bytes[list.length] = rest;
  list.length += 1;
}

/** A field that holds a number; none where it is 0. */
export function writeNumber(list: ByteList, field: number, low: number, high: number): void {
  if (low === 0 && high === 0) return;
  writeVarint(list, field << 3, 0);
  writeVarint(list, low, high);
}

/** A field that holds bytes. */
export function writeBytes(list: ByteList, field: number, content: Uint8Array): void {
  writeVarint(list, (field << 3) | 2, 0);
  writeVarint(list, content.length, 0);
  reserve(list, content.length);
  list.bytes.set(content, list.length);
  list.length += content.length;
}

/** A field that holds the message in another list, which is empty afterwards. */
export function writeMessage(list: ByteList, field: number, message: ByteList): void {
  writeBytes(list, field, message.bytes.subarray(0, message.length));
  message.length = 0;
}

function reserve(list: ByteList, more: number): void {
  if (list.length + more <= list.bytes.length) return;
  const grown = new Uint8Array(Math.max(list.length + more, list.bytes.length * 2));
  grown.set(list.bytes.subarray(0, list.length));
  list.bytes = grown;
}

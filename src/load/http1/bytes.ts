/** Looks at HTTP header bytes in place, without making strings of them. */

const space = 32;
const tab = 9;
const comma = 44;
const colon = 58;
const semicolon = 59;

/**
 * The index of the first byte from `from` that no line of a head may hold: anything but tab, space, visible ASCII and 0x80 up
 * (RFC 9110, 5.5), so a CR, an LF or an error; `to` when there is none.
 */
export function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < space ? byte !== tab : byte === 127) return at;
  }
  return to;
}

/** 1 for each byte of a token, such as the name of a header (RFC 9110, 5.6.2). */
const isTokenByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w!#$%&'*+.^`|~-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** The index of the colon behind the name that starts a field line; -1 when there is none or the name is no token. */
export function nameEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = from;
  while (end < to && isTokenByte[bytes[end] ?? 0] === 1) end++;
  return end > from && end < to && bytes[end] === colon ? end : -1;
}

/** An ASCII word in both cases, to be compared with bytes. */
export interface ByteWord {
  readonly lower: Uint8Array;
  readonly upper: Uint8Array;
}

/** The word as bytes. */
export function byteWord(text: string): ByteWord {
  return { lower: Buffer.from(text.toLowerCase()), upper: Buffer.from(text.toUpperCase()) };
}

/** Whether the bytes from `from` to `to` are that word, in any case. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: ByteWord): boolean {
  const { lower, upper } = word;
  if (to - from !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[from + i];
    if (byte !== lower[i] && byte !== upper[i]) return false;
  }
  return true;
}

/** Whether a comma-separated list has that word as one of its members. */
export function listHas(bytes: Uint8Array, from: number, to: number, word: ByteWord): boolean {
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && bytes[i] !== comma) continue;
    if (isWord(bytes, skipBlank(bytes, start, i), trimBlank(bytes, start, i), word)) return true;
    start = i + 1;
  }
  return false;
}

/** Whether all members of a comma-separated list are such, also that of an empty list. */
export function everyMember(
  bytes: Uint8Array,
  from: number,
  to: number,
  isSuch: (bytes: Uint8Array, from: number, to: number) => boolean,
): boolean {
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && bytes[i] !== comma) continue;
    if (!isSuch(bytes, skipBlank(bytes, start, i), trimBlank(bytes, start, i))) return false;
    start = i + 1;
  }
  return true;
}

/** Whether the last member of a comma-separated list is that word. */
export function listEndsWith(bytes: Uint8Array, from: number, to: number, word: ByteWord): boolean {
  let start = to;
  while (start > from && bytes[start - 1] !== comma) start--;
  return isWord(bytes, skipBlank(bytes, start, to), trimBlank(bytes, start, to), word);
}

/** The first index from `from` that is no space or tab, at most `to`. */
export function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at++;
  return at;
}

/** The end of the bytes without spaces and tabs behind them, at least `from`. */
export function trimBlank(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(bytes[end - 1])) end--;
  return end;
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab;
}

/** A decimal number of at most 15 digits and zeros before them that fills the bytes; -1 when they are anything else. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (to === from) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9 || value >= 1e14) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The size that starts a chunk line (RFC 9112, 7.1; extensions are skipped); -1 when there is none or it is 2^48 or more. */
export function chunkSize(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let value = 0;
  for (; at < to; at++) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) break;
    if (value >= 2 ** 44) return -1;
    value = value * 16 + digit;
  }
  if (at === from) return -1;
  const rest = skipBlank(bytes, at, to);
  return rest === to || bytes[rest] === semicolon ? value : -1;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

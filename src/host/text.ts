/** Bytes to text: UTF-8, or where and why they are something else. */

/** Where bytes stop being UTF-8 text, line and column from 1, and what they are instead. */
export interface NoText {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const wayOut = 'save it as UTF-8';

/** What the first bytes of a file say of it, those that are longer first. */
const marks: readonly (readonly [string, string])[] = [
  ['fffe0000', `is UTF-32, not UTF-8: ${wayOut}`],
  ['0000feff', `is UTF-32, not UTF-8: ${wayOut}`],
  ['fffe', `is UTF-16, not UTF-8: ${wayOut}`],
  ['feff', `is UTF-16, not UTF-8: ${wayOut}`],
  ['1f8b', 'is gzip, not text: unpack it'],
];

/** The text in UTF-8 bytes, with its byte order mark if there is one; a NUL is no text either. */
export function textOf(bytes: Uint8Array): string | NoText {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = given.toString('hex', 0, 4);
  const mark = marks.find(([start]) => head.startsWith(start));
  if (mark) return { line: 1, column: 1, message: mark[1] };
  const text = given.toString('utf8');
  const nul = given.indexOf(0);
  const wrong = firstDifference(given, Buffer.from(text, 'utf8'));
  if (nul >= 0 && (wrong < 0 || nul < wrong))
    return { ...placeIn(given, nul), message: `has a NUL byte: it is UTF-16 or no text at all; ${wayOut}` };
  if (wrong < 0) return text;
  const byte = given.toString('hex', wrong, wrong + 1);
  return { ...placeIn(given, wrong), message: `is no UTF-8 text: byte 0x${byte} cannot stand here; ${wayOut}` };
}

/** What is no UTF-8 comes back as something else when it is written again. */
function firstDifference(given: Buffer, again: Buffer): number {
  if (given.equals(again)) return -1;
  return given.findIndex((byte, index) => byte !== again[index]);
}

function placeIn(bytes: Buffer, offset: number): { readonly line: number; readonly column: number } {
  const lines = bytes.toString('utf8', 0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Lines that a mail program or a terminal broke at a blank, which it took away. */

/** Where mail programs break: before 79 characters (RFC 5322 asks for 78, most take 72 or 76), and not much earlier than they must. */
const [leastWidth, mostWidth] = [66, 80];

/** True when a part of this length may have been broken off because the first word of the next did not fit behind it. */
export function isWrapped(length: number, next: string): boolean {
  if (length === 0 || length > mostWidth) return false;
  const word = /^\S{1,4096}/.exec(next)?.[0].length ?? 0;
  return word > 0 && length + 1 + word >= leastWidth;
}

/** Takes texts out of texts, in one pass however many there are; pure. */

/** What stands where a secret stood. */
export const mask = '***';

/** A text without what is to be taken out of it, and the places where that stands. */
export interface Redactor {
  text(text: string): string;
  /** From and up to, in order, without overlaps. */
  places(text: string): readonly (readonly [from: number, to: number])[];
}

/** One that knows nothing. */
const blindRedactor: Redactor = { text: (text) => text, places: () => [] };

/** Four characters at a time are looked up; patterns are at least as long. */
const gramLength = 4;
const fewestSlotBits = 16;
const mostSlotBits = 22;

/** Of each four characters of a text a bit says whether a pattern may begin with them; what overlaps is taken out as one. */
export function createRedactor(patterns: readonly string[]): Redactor {
  const known = [...new Set(patterns)]
    .filter((pattern) => pattern.length >= gramLength)
    .sort((a, b) => b.length - a.length);
  if (known.length === 0) return blindRedactor;
  const bits = Math.min(mostSlotBits, Math.max(fewestSlotBits, Math.ceil(Math.log2(known.length)) + 3));
  const slotOf = slotsOf(bits);
  const mayBegin = new Uint8Array(2 ** bits);
  const beginning = new Map<number, string[]>();
  for (const pattern of known) {
    let gram = 0;
    for (let index = 0; index < gramLength; index++) gram = (gram << 8) ^ pattern.charCodeAt(index);
    mayBegin[slotOf(gram)] = 1;
    const alike = beginning.get(gram);
    if (alike) alike.push(pattern);
    else beginning.set(gram, [pattern]);
  }
  const places = (text: string) => {
    const found: [number, number][] = [];
    let gram = 0;
    for (let index = 0; index < text.length; index++) {
      gram = (gram << 8) ^ text.charCodeAt(index);
      if (mayBegin[slotOf(gram)] === 0) continue;
      const from = index + 1 - gramLength;
      const length = lengthAt(text, from, beginning.get(gram) ?? []);
      if (length === 0) continue;
      const last = found.at(-1);
      const to = from + length;
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else found.push([from, to]);
    }
    return found;
  };
  const text = (given: string) => {
    const found = places(given);
    if (found.length === 0) return given;
    let kept = '';
    let end = 0;
    for (const [from, to] of found) {
      kept += given.slice(end, from) + mask;
      end = to;
    }
    return kept + given.slice(end);
  };
  return { text, places };
}

/** Less than this of a pattern may stand anywhere by chance. */
const fewestOfCut = 6;
const cutEnds = ['\n', '"', '…', '...'];

/** How much of a text is a pattern, or all that is left of one where the text was cut; patterns are sorted, the longest first. */
function lengthAt(text: string, from: number, patterns: readonly string[]): number {
  const whole = patterns.find((pattern) => text.startsWith(pattern, from));
  if (whole !== undefined) return whole.length;
  for (const pattern of patterns) {
    let length = gramLength;
    while (length < pattern.length && text[from + length] === pattern[length]) length += 1;
    const end = from + length;
    const isCut = end === text.length || cutEnds.some((each) => text.startsWith(each, end));
    // A whole line of a pattern of several is no cut: each line that tells anything is a pattern of its own.
    const isLine = /[\r\n\\]/.test(pattern[length] ?? '');
    if (length >= fewestOfCut && isCut && !isLine) return length;
  }
  return 0;
}

/** The high bits of a product with the golden ratio spread what is alike (Knuth, TAOCP 6.4). */
function slotsOf(bits: number): (gram: number) => number {
  return (gram) => Math.imul(gram, 0x9e3779b1) >>> (32 - bits);
}

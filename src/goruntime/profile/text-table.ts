/** Texts as bytes, each different one kept once, by a number from 0 on; never decoded, so that none is changed. */
import { at, createInts, type Ints, push, refill } from './ints.ts';
import { finished } from './row-table.ts';

/** Texts in the order in which they came first; number 0 is the empty one. */
export interface Texts {
  bytes: Uint8Array;
  readonly ends: Ints;
  readonly hashes: Ints;
  /** As of `Rows`. */
  readonly slots: Ints;
}

/** The empty text. */
export function createTexts(): Texts {
  const texts = { bytes: new Uint8Array(1 << 16), ends: createInts(), hashes: createInts(), slots: createInts() };
  refill(texts.slots, 1024, 0);
  internText(texts, new Uint8Array(), 0, 0);
  return texts;
}

/** The number of a text that is part of these bytes, which is added if there is none. */
export function internText(texts: Texts, bytes: Uint8Array, from: number, to: number): number {
  const hash = hashOf(bytes, from, to);
  const mask = texts.slots.length - 1;
  let slot = hash & mask;
  for (let found = at(texts.slots, slot); found !== 0; found = at(texts.slots, slot)) {
    if (at(texts.hashes, found - 1) === hash && isEqual(texts, found - 1, bytes, from, to)) return found - 1;
    slot = (slot + 1) & mask;
  }
  append(texts, bytes, from, to);
  push(texts.hashes, hash);
  texts.slots.cells[slot] = texts.ends.length;
  if (texts.ends.length * 2 > texts.slots.length) rehash(texts);
  return texts.ends.length - 1;
}

/** The bytes of a text. */
export function textBytes(texts: Texts, number: number): Uint8Array {
  return texts.bytes.subarray(textStart(texts, number), at(texts.ends, number));
}

function textStart(texts: Texts, number: number): number {
  return number === 0 ? 0 : at(texts.ends, number - 1);
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let index = from; index < to; index++) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return finished(hash);
}

function isEqual(texts: Texts, number: number, bytes: Uint8Array, from: number, to: number): boolean {
  const start = textStart(texts, number);
  if (at(texts.ends, number) - start !== to - from) return false;
  for (let index = from; index < to; index++) if (texts.bytes[start + index - from] !== bytes[index]) return false;
  return true;
}

function append(texts: Texts, bytes: Uint8Array, from: number, to: number): void {
  const start = texts.ends.length === 0 ? 0 : at(texts.ends, texts.ends.length - 1);
  const end = start + to - from;
  if (end > texts.bytes.length) {
    const grown = new Uint8Array(Math.max(end, texts.bytes.length * 2));
    grown.set(texts.bytes.subarray(0, start));
    texts.bytes = grown;
  }
  texts.bytes.set(bytes.subarray(from, to), start);
  push(texts.ends, end);
}

function rehash(texts: Texts): void {
  refill(texts.slots, texts.slots.length * 2, 0);
  const mask = texts.slots.length - 1;
  for (let number = 0; number < texts.ends.length; number++) {
    let slot = at(texts.hashes, number) & mask;
    while (at(texts.slots, slot) !== 0) slot = (slot + 1) & mask;
    texts.slots.cells[slot] = number + 1;
  }
}

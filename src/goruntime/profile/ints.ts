/** Lists of 32 bit integers that grow, without an object for each item. */

/** The first `length` cells are the list. */
export interface Ints {
  cells: Int32Array;
  length: number;
}

/** An empty list. */
export function createInts(): Ints {
  return { cells: new Int32Array(256), length: 0 };
}

/** Adds a number, of which the lowest 32 bits count. */
export function push(list: Ints, value: number): void {
  if (list.length === list.cells.length) grow(list, list.length + 1);
  list.cells[list.length] = value;
  list.length += 1;
}

/** The number at an index below the length. */
export function at(list: Ints, index: number): number {
  return list.cells[index] as number;
}

/** Makes the list so long, and every number in it the same. */
export function refill(list: Ints, length: number, value: number): void {
  if (list.cells.length < length) grow(list, length);
  list.cells.fill(value, 0, length);
  list.length = length;
}

/** Makes the list at least so long; what is added is 0. */
export function lengthen(list: Ints, length: number): void {
  if (list.length >= length) return;
  if (list.cells.length < length) grow(list, length);
  list.cells.fill(0, list.length, length);
  list.length = length;
}

function grow(list: Ints, least: number): void {
  const cells = new Int32Array(Math.max(least, list.cells.length * 2));
  cells.set(list.cells.subarray(0, list.length));
  list.cells = cells;
}

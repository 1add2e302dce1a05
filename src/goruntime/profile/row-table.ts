/** Rows of integers, each different one kept once, by a number from 0 on: what a hash map of objects would be, without the objects. */
import { at, createInts, type Ints, push, refill } from './ints.ts';

/** Rows in the order in which they came first. */
export interface Rows {
  readonly ends: Ints;
  readonly cells: Ints;
  readonly hashes: Ints;
  /** The number of a row and 1, by its hash; 0 where there is none. As many as a power of 2. */
  readonly slots: Ints;
}

/** No rows. */
export function createRows(): Rows {
  const rows = { ends: createInts(), cells: createInts(), hashes: createInts(), slots: createInts() };
  refill(rows.slots, 1024, 0);
  return rows;
}

/** The number of the row that is equal to this one, which is added if there is none. */
export function internRow(rows: Rows, row: Ints): number {
  const hash = hashOf(row);
  const mask = rows.slots.length - 1;
  let slot = hash & mask;
  for (let found = at(rows.slots, slot); found !== 0; found = at(rows.slots, slot)) {
    if (at(rows.hashes, found - 1) === hash && isEqual(rows, found - 1, row)) return found - 1;
    slot = (slot + 1) & mask;
  }
  for (let index = 0; index < row.length; index++) push(rows.cells, at(row, index));
  push(rows.ends, rows.cells.length);
  push(rows.hashes, hash);
  rows.slots.cells[slot] = rows.ends.length;
  if (rows.ends.length * 2 > rows.slots.length) rehash(rows);
  return rows.ends.length - 1;
}

/** Where the cells of a row begin; they end where those of the next begin. */
export function rowStart(rows: Rows, row: number): number {
  return row === 0 ? 0 : at(rows.ends, row - 1);
}

function hashOf({ cells, length }: Ints): number {
  let hash = length;
  for (let index = 0; index < length; index++) hash = mixed(hash, cells[index] as number);
  return finished(hash);
}

/** One step of a multiplicative hash. */
function mixed(hash: number, value: number): number {
  return Math.imul(((hash << 5) | (hash >>> 27)) ^ value, 0x9e3779b1);
}

/** Spreads the last step over all bits. */
export function finished(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return half ^ (half >>> 13);
}

function isEqual(rows: Rows, number: number, row: Ints): boolean {
  const start = rowStart(rows, number);
  if (at(rows.ends, number) - start !== row.length) return false;
  for (let index = 0; index < row.length; index++) {
    if (at(rows.cells, start + index) !== at(row, index)) return false;
  }
  return true;
}

function rehash(rows: Rows): void {
  refill(rows.slots, rows.slots.length * 2, 0);
  const mask = rows.slots.length - 1;
  for (let number = 0; number < rows.ends.length; number++) {
    let slot = at(rows.hashes, number) & mask;
    while (at(rows.slots, slot) !== 0) slot = (slot + 1) & mask;
    rows.slots.cells[slot] = number + 1;
  }
}

/** The ids of one profile to places in a table: programs number from 1 on, but any number of 64 bits is allowed. */

import { at, createInts, type Ints, refill } from './ints.ts';
import { ProfileError } from './types.ts';

/** Where the thing of an id is: in a list for small ids, else in a map. */
export interface Ids {
  readonly what: string;
  readonly small: Ints;
  readonly large: Map<bigint, number>;
}

/** No ids of this kind of thing. */
export function createIds(what: string): Ids {
  return { what, small: createInts(), large: new Map() };
}

/** Forgets all, and makes room for so many. */
export function resetIds(ids: Ids, count: number): void {
  refill(ids.small, count * 2 + 16, -1);
  ids.large.clear();
}

/** Keeps the place of an id; throws a ProfileError when it is 0 or taken. */
export function keepId(ids: Ids, low: number, high: number, place: number): void {
  const { what, small, large } = ids;
  if (low === 0 && high === 0) throw new ProfileError('not a profile', `not a profile: a ${what} has the id 0`);
  if (findPlace(ids, low, high) >= 0) {
    throw new ProfileError('not a profile', `not a profile: two ${what}s have the id ${wide(low, high)}`);
  }
  if (isSmall(small, low, high)) small.cells[low] = place;
  else large.set(wide(low, high), place);
}

/** The place of an id; throws a ProfileError when there is none. */
export function placeOf(ids: Ids, low: number, high: number): number {
  const place = findPlace(ids, low, high);
  if (place >= 0) return place;
  throw new ProfileError('not whole', `not a whole profile: ${ids.what} ${wide(low, high)} is missing`);
}

function findPlace({ small, large }: Ids, low: number, high: number): number {
  return isSmall(small, low, high) ? at(small, low) : (large.get(wide(low, high)) ?? -1);
}

function isSmall(small: Ints, low: number, high: number): boolean {
  return high === 0 && low >= 0 && low < small.length;
}

/** The unsigned number of two halves. */
function wide(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

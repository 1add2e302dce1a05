/** Small looks into values with places, and changes that leave the original alone; pure. */
import type { Placed, PlacedMap } from './placed-yaml.ts';

/** The entries of a mapping; none of anything else. */
export function mapOf(placed: Placed | undefined): PlacedMap {
  return placed?.value instanceof Map ? (placed.value as PlacedMap) : new Map();
}

/** The items of a list; none of anything else. */
export function listOf(placed: Placed | undefined): readonly Placed[] {
  return Array.isArray(placed?.value) ? (placed.value as readonly Placed[]) : [];
}

/** The text of a scalar that is one. */
export function textOf(placed: Placed | undefined): string | undefined {
  return typeof placed?.value === 'string' ? placed.value : undefined;
}

/** The value under a path of keys; undefined when there is none. */
export function valueAt(placed: Placed, ...path: readonly string[]): Placed | undefined {
  let found: Placed | undefined = placed;
  for (const key of path) found = mapOf(found).get(key);
  return found;
}

/** A mapping with one entry set, or taken out when it is undefined. */
export function withEntry(placed: Placed, key: string, entry: Placed | undefined): Placed {
  const changed = new Map(mapOf(placed));
  if (entry) changed.set(key, entry);
  else changed.delete(key);
  return { ...placed, value: changed };
}

/** The value with a change made wherever a path of keys leads; `*` stands for every key or item. */
export function changeAt(placed: Placed, path: readonly string[], change: (found: Placed) => Placed): Placed {
  const [key, ...rest] = path;
  if (key === undefined) return change(placed);
  if (key === '*') {
    if (Array.isArray(placed.value)) {
      return { ...placed, value: listOf(placed).map((item) => changeAt(item, rest, change)) };
    }
    const entries = [...mapOf(placed)].map(([name, item]) => [name, changeAt(item, rest, change)] as const);
    return entries.length > 0 ? { ...placed, value: new Map(entries) } : placed;
  }
  const found = mapOf(placed).get(key);
  return found ? withEntry(placed, key, changeAt(found, rest, change)) : placed;
}

/** The few greatest of many, without keeping the others. */

/** Takes items one by one. */
export interface Worst<Item> {
  add(size: number, make: () => Item): void;
  /** Greatest first; of equals the earlier. */
  list(): Item[];
}

/** Keeps the `most` items of the greatest size above zero. */
export function createWorst<Item>(most: number): Worst<Item> {
  const kept: { readonly size: number; readonly item: Item }[] = [];
  return {
    add(size, make) {
      if (size <= 0 || (kept.length >= most && size <= (kept.at(-1)?.size ?? 0))) return;
      const at = kept.findIndex((each) => each.size < size);
      kept.splice(at < 0 ? kept.length : at, 0, { size, item: make() });
      kept.length = Math.min(kept.length, most);
    },
    list: () => kept.map(({ item }) => item),
  };
}

/** Things that are read one after the other, while the next ones are on their way. */

/**
 * What `begin` makes of each item, in the order of the items; `count` of them are begun before they are asked for. Ends with the error of
 * the first that fails, in that order.
 */
export async function* readAhead<Item, Result>(
  items: readonly Item[],
  count: number,
  begin: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, undefined> {
  const begun: Promise<Result>[] = [];
  const start = (item: Item) => {
    const result = begin(item);
    // It is awaited in its turn, or not at all where one before it fails.
    result.catch(() => undefined);
    begun.push(result);
  };
  for (const item of items.slice(0, count)) start(item);
  for (let next = count; begun.length > 0; next++) {
    const [first] = begun.splice(0, 1);
    if (first) yield await first;
    const item = items[next];
    if (item !== undefined) start(item);
  }
}

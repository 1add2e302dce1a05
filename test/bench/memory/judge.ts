/** What the memory of a process over time says: how much it was at most, and whether it grew with the work. */

/** One look: seconds since the start of the process, resident bytes. */
export type Look = readonly [atS: number, bytes: number];

/** The most a load may ever have resident. */
export const mostBytes = 200 * 2 ** 20;

/** What the collector leaves lying about differs by some MiB from one look to the next; what is kept for each request is more. */
export const mostGrowthBytes = 16 * 2 ** 20;

/** The middle of the looks in the last third of a stretch, less that of the first third; undefined when one has none. */
export function growthBetweenThirds(looks: readonly Look[], fromS: number, toS: number): number | undefined {
  const third = (toS - fromS) / 3;
  const first = middle(looks, fromS, fromS + third);
  const last = middle(looks, toS - third, toS);
  return first === undefined || last === undefined ? undefined : last - first;
}

function middle(looks: readonly Look[], fromS: number, toS: number): number | undefined {
  const inside = looks.filter(([atS]) => atS >= fromS && atS < toS).map(([, bytes]) => bytes);
  return inside.sort((a, b) => a - b)[inside.length >> 1];
}

/** Searches the highest rate that a probe holds: doubling until one fails, then halving the gap. */

/** The search's first rate and its limits. */
export interface RateSearch {
  readonly startRps: number;
  readonly ceilingRps: number;
  /** How often the gap between held and not held is halved. */
  readonly halvings: number;
}

/** The highest rate held, 0 when not even the first was. A rate fails when it was not held twice: one hiccup of the machine is no limit. */
export async function findMaxRate(
  { startRps, ceilingRps, halvings }: RateSearch,
  holds: (rps: number) => Promise<boolean>,
): Promise<number> {
  const heldInTwo = async (rps: number) => (await holds(rps)) || (await holds(rps));
  let held = 0;
  let failed: number | undefined;
  for (let rps = startRps; failed === undefined && rps <= ceilingRps; rps *= 2) {
    if (await heldInTwo(rps)) held = rps;
    else failed = rps;
  }
  for (let round = 0; failed !== undefined && held > 0 && round < halvings; round++) {
    const middle = Math.round((held + failed) / 2);
    if (await heldInTwo(middle)) held = middle;
    else failed = middle;
  }
  return held;
}

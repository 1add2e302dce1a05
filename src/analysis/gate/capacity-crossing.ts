/** The rate at which the latency of a ramp reaches a limit: one number per ramp, from steps that need not be quiet. */

/** One step of a ramp. */
export interface RampPoint {
  readonly rps: number;
  readonly p99Us: number;
}

/** That rate; where the limit is never reached, or is from the first step on, the last or first rate and which. */
export interface Capacity {
  readonly rps: number;
  readonly censored?: 'above' | 'below' | undefined;
}

/**
 * Where ln p99 over rate crosses the limit, linear between steps, after pool-adjacent-violators made it rise (Ayer et al.,
 * Ann. Math. Statist. 26, 1955): more load is not faster, so what looks so is noise. Undefined without steps.
 */
export function capacityAt(points: readonly RampPoint[], limitUs: number): Capacity | undefined {
  const sorted = [...points].sort((a, b) => a.rps - b.rps);
  const heights = rising(sorted.map(({ p99Us }) => Math.log(p99Us)));
  const limit = Math.log(limitUs);
  const above = heights.findIndex((height) => height > limit);
  const last = sorted.at(-1);
  const next = sorted[above];
  const before = sorted[above - 1];
  if (!last) return undefined;
  if (!next) return { rps: last.rps, censored: 'above' };
  if (!before) return { rps: next.rps, censored: 'below' };
  const from = heights[above - 1] ?? limit;
  const to = heights[above] ?? limit;
  return { rps: before.rps + ((next.rps - before.rps) * (limit - from)) / (to - from) };
}

/** The nearest sequence that never falls, in least squares. */
function rising(values: readonly number[]): number[] {
  const blocks: { sum: number; count: number }[] = [];
  for (const value of values) {
    let block = { sum: value, count: 1 };
    for (let before = blocks.at(-1); before && mean(before) > mean(block); before = blocks.at(-1)) {
      block = { sum: block.sum + before.sum, count: block.count + before.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => Array<number>(block.count).fill(mean(block)));
}

function mean({ sum, count }: { readonly sum: number; readonly count: number }): number {
  return sum / count;
}

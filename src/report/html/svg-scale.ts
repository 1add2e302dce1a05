/** From values to places in a drawing, and the round values that its axes name. */

/** Where a value stands, and which values the axis names. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** An even scale that holds all values, with about five ticks; zero is on it where it is near, and of nothing but zeros it is the foot. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(...values);
  const least = Math.min(...values);
  const spread = most - least || Math.abs(most) || 1;
  const isNothing = least === 0 && most === 0;
  const low = isNothing || (least > 0 && least < spread) ? 0 : least - 0.15 * spread;
  const high = isNothing ? 1 : most + 0.15 * spread;
  const step = roundStep((high - low) / 5);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) ticks.push(tick);
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

/**
 * A scale of ratios that holds all values that are positive and finite, the others stand at its edges; ticks at 1, 2 and 5 of each power of
 * ten, or closer where they are few.
 */
export function ratioScale(values: readonly number[], from: number, to: number): Scale {
  const placed = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = (placed.length > 0 ? Math.min(...placed) : 1) / 1.15;
  const high = (placed.length > 0 ? Math.max(...placed) : 1) * 1.15;
  const within = (value: number) => Math.min(high, Math.max(low, value));
  const ticks = ratioTicks(low, high, [1, 2, 5]);
  return {
    at: (value) => from + (Math.log(within(value) / low) / Math.log(high / low)) * (to - from),
    ticks: ticks.length >= 3 ? ticks : ratioTicks(low, high, [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]),
  };
}

/** A scale on which each nine is as far from the one before; the greatest value, 100, has no place among them and stands at the end. */
export function percentileScale(percentiles: readonly number[], from: number, to: number): Scale {
  const most = Math.max(2, ...percentiles.filter((each) => each < 100).map(nines));
  return {
    at: (percentile) => (percentile >= 100 ? to : from + (nines(percentile) / (most + 0.35)) * (to - from)),
    ticks: [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999].filter((each) => nines(each) <= most + 1e-9),
  };
}

/** `min`, `p99.9`, `max`. */
export function percentileName(percentile: number): string {
  return percentile === 0 ? 'min' : percentile === 100 ? 'max' : `p${percentile}`;
}

/** A place to a tenth of a unit. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How many nines a percentile has: 90 one, 99 two, 99.9 three. */
function nines(percentile: number): number {
  return -Math.log10(1 - percentile / 100);
}

function ratioTicks(low: number, high: number, steps: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const step of steps) if (step * power >= low && step * power <= high) ticks.push(step * power);
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten, not below the wanted step. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5].find((step) => step * power >= wanted) ?? 10) * power;
}

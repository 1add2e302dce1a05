/** From values to places in a drawing, and the round values that its axes name. */

/** Where a value stands, and which values the axis names. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** An even scale that holds all values, with about five ticks; zero is on it where it is near. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(...values);
  const least = Math.min(...values);
  const spread = most - least || Math.abs(most) || 1;
  const low = least > 0 && least < spread ? 0 : least - 0.15 * spread;
  const high = most + 0.15 * spread;
  const step = roundStep((high - low) / 5);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) ticks.push(tick);
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

/** A scale of ratios that holds all values, which are positive; ticks at 1, 2 and 5 of each power of ten, or closer where they are few. */
export function ratioScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.min(...values) / 1.15;
  const high = Math.max(...values) * 1.15;
  const ticks = ratioTicks(low, high, [1, 2, 5]);
  return {
    at: (value) => from + (Math.log(value / low) / Math.log(high / low)) * (to - from),
    ticks: ticks.length >= 3 ? ticks : ratioTicks(low, high, [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]),
  };
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

/** Times to wait for, held against each other by round: one that never ended is longer than any, and is never made a number. */
import type { Waited } from '../../model/arm-faults.ts';

/** Of so many runs, how many waited for how long. */
export interface WaitCounts {
  readonly took: number;
  readonly none: number;
  readonly never: number;
  readonly unknown: number;
}

/**
 * ln of one time over another. Infinite where only one of them ended, or only one had to be waited for; 0 where there was nothing to wait
 * for in either; NaN where one is not known, and where neither ended, which says nothing of which is longer.
 */
export function waitedRatio(now: Waited, before: Waited): number {
  const [a, b] = [lengthOf(now), lengthOf(before)];
  if (Number.isNaN(a) || Number.isNaN(b) || (a === Number.POSITIVE_INFINITY && b === a)) return Number.NaN;
  return a === b ? 0 : a - b;
}

/** The logarithm of a time, with places for what is no time. */
function lengthOf(waited: Waited): number {
  if (waited.kind === 'took') return Math.log(Math.max(1, waited.us));
  return { none: Number.NEGATIVE_INFINITY, never: Number.POSITIVE_INFINITY, unknown: Number.NaN }[waited.kind];
}

/**
 * Values of a column as a sign-flip test can take them. One that is not known becomes 0, which leans to neither side. Where a value is
 * infinite, all become signed ranks, the infinite ones the highest (Gehan, Biometrika 52, 1965, of pairs): which value a magnitude becomes
 * depends on magnitudes alone, so flipping signs stays what it was. Finite columns are left as they are.
 */
export function testable(values: readonly number[]): readonly number[] {
  if (values.every(Number.isFinite)) return values;
  const known = values.map((value) => (Number.isNaN(value) ? 0 : value));
  if (known.every(Number.isFinite)) return known;
  const sizes = known.map(Math.abs).filter((size) => size > 0);
  return known.map((value) => {
    if (value === 0) return 0;
    const size = Math.abs(value);
    const below = sizes.filter((other) => other < size).length;
    const same = sizes.filter((other) => other === size).length;
    return Math.sign(value) * (below + (same + 1) / 2);
  });
}

/** Those that are known. */
export function knownValues(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/** How many waited for how long. */
export function countWaits(waits: readonly Waited[]): WaitCounts {
  const of = (kind: Waited['kind']) => waits.filter((each) => each.kind === kind).length;
  return { took: of('took'), none: of('none'), never: of('never'), unknown: of('unknown') };
}

/** The times of those that ended, microseconds. */
export function tookUs(waits: readonly Waited[]): number[] {
  return waits.flatMap((each) => (each.kind === 'took' ? [each.us] : []));
}

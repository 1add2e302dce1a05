/** A contrast of two variants in words, the same wherever it is told. */
import type { Contrast, MetricId } from './comparison.ts';
import { formatNumber } from './units.ts';

/** `−12.3 % (−15.1 to −9.4)`: estimate and interval; shares of the GC are in percentage points; `no number` where there is none. */
export function changeText({ percent: { estimate, low, high }, metric }: Contrast): string {
  if (estimate === null) return 'no number';
  const bound = (value: number | null) => (value === null ? 'unbounded' : signed(value));
  return `${signed(estimate)} ${changeUnit(metric)} (${bound(low)} to ${bound(high)})`;
}

/** What changes of a metric are counted in. */
export function changeUnit(metric: MetricId): string {
  return metric === 'gc' ? 'points' : '%';
}

function signed(value: number): string {
  const digits = Math.abs(value) < 100 ? value.toFixed(1) : formatNumber(value);
  return value > 0 ? `+${digits}` : digits.replace('-', '−');
}

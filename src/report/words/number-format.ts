/** Numbers of a result as every report writes them; a latency of no arrivals is a dash, never zero. */
import type { LatencySummary } from '../../model/histogram.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../model/units.ts';

/** What stands where there is no value. */
export const noValue = '–';

/** Percentiles and maximum of a summary, or none of them when it counted nothing. */
type LatencyKey = Exclude<keyof LatencySummary, 'count'>;

/** Milliseconds without unit, two decimals under 10, one under 100, none above; a dash when nothing was counted. */
export function msCell(latency: LatencySummary, key: LatencyKey): string {
  return latency.count === 0 ? noValue : msText(latency[key]);
}

/** How much of a step's response p99 may be the generator's own, likewise; a dash where nobody knows. */
export function ownCell({ ownErrorUs }: Pick<StepResult, 'ownErrorUs'>): string {
  return ownErrorUs ? msText(ownErrorUs.p99) : noValue;
}

function msText(us: number): string {
  const ms = us / 1000;
  if (ms < 10) return ms.toFixed(2);
  return ms < 100 ? ms.toFixed(1) : formatCount(ms);
}

/** A latency with its unit; a dash when nothing was counted. */
export function latencyText(latency: LatencySummary, key: LatencyKey): string {
  return latency.count === 0 ? noValue : formatLatencyUs(latency[key]);
}

/** Requests per second without unit: whole from 100 on, three digits below. */
export function rpsCell(rps: number): string {
  return rps >= 100 ? formatCount(rps) : formatNumber(rps);
}

/** Seconds since the origin of the run with one decimal: `12.3 s`. */
export function secondsText(atUs: number): string {
  return `${(atUs / 1e6).toFixed(1)} s`;
}

/** A part of a whole in percent with one decimal: `12.3 %`; empty where the whole is nothing. */
export function partText(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** `1 gap`, `2 gaps`: a count with its noun, `s` added unless it is one. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `status 503 × 12, timeout × 3`: counts by kind, largest first; empty when there are none. */
export function errorsText(errors: Readonly<Record<string, number>>): string {
  return Object.entries(errors)
    .toSorted(([, left], [, right]) => right - left)
    .map(([kind, count]) => `${kind} × ${formatCount(count)}`)
    .join(', ');
}

/** The p99 that is compared: that of a typical short window, which a moment of interference cannot move. */
import type { Histogram } from 'hdr-histogram-js';
import type { ArmStep } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';
import { isNoAnswer, maxLatencyUs } from '../../model/units.ts';
import { type Answers, percentileRange, quantiles } from '../run/lost-slowest.ts';

/** Arrivals a window needs so that four lie beyond its p99. */
export const arrivalsPerWindow = 400;

/** Seconds of a window at this rate: at least one, and long enough for `arrivalsPerWindow`. */
export function windowSecondsFor(rps: number): number {
  return Math.max(1, Math.ceil(arrivalsPerWindow / rps));
}

/**
 * The response p99 of a window, microseconds. Arrivals without a good answer count as the slowest of all, however fast the failure came, and
 * `maxLatencyUs` stands for infinity. Where `lost`, their response times, is not known, it is the most that it may be.
 */
export function windowP99Us(response: Histogram, counts: OutcomeCounts, lost?: Histogram): number {
  if (response.totalCount === 0) return maxLatencyUs;
  return percentileRange(answersOf(response, lost, counts), quantiles.p99)[1];
}

/** Response times and outcomes of some arrivals; what is unfinished has no good answer. */
export function answersOf(
  response: Histogram,
  lost: Histogram | undefined,
  { planned, completed, timedOut }: OutcomeCounts,
): Answers {
  return { all: response, lost, completed, without: planned - completed, late: timedOut };
}

/**
 * The windows that say what is typical: other work on the machine only ever adds, so the slower ones tell more of it than of the service.
 */
const typicalRanks = { from: 0.1, to: 0.6 };

/**
 * The p99 of a typical window, microseconds: the geometric mean over the windows from the tenth to the sixtieth of a hundred, in the order
 * of their p99, that nothing disturbed; NaN without any. On a shared machine it varies less than the median among them. Where one of them is
 * infinite, so is their mean.
 */
export function typicalP99Us(windows: ArmStep['windows']): number {
  const sorted = Float64Array.from(windows.filter(({ isDisturbed }) => !isDisturbed).map(({ p99Us }) => p99Us)).sort();
  const from = Math.floor(typicalRanks.from * sorted.length);
  const typical = sorted.subarray(from, Math.max(from + 1, Math.ceil(typicalRanks.to * sorted.length)));
  if (typical.at(-1) === maxLatencyUs) return maxLatencyUs;
  const logs = typical.map(Math.log);
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** The median of the windows' p99 that nothing disturbed, microseconds; NaN without any. Between a time and infinity lies infinity. */
export function medianP99Us(windows: ArmStep['windows']): number {
  const median = medianOf(windows.filter(({ isDisturbed }) => !isDisturbed).map(({ p99Us }) => p99Us));
  return isNoAnswer(median) ? maxLatencyUs : median;
}

/** The median p99 of a step's second half over that of its first: a step that has settled has a ratio near one. */
export function halvesRatio(windows: ArmStep['windows']): number {
  const middle = Math.floor(windows.length / 2);
  return medianP99Us(windows.slice(middle)) / medianP99Us(windows.slice(0, middle));
}

/**
 * How much of a latency may be the generator's own: measured in the step itself, on an echo that the generator asks through the same loop.
 */
import type { Histogram } from 'hdr-histogram-js';
import { type LatencySummary, newHistogram, summarise } from '../../model/histogram.ts';
import type { LoadTick } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { StepSpan } from './step-spans.ts';

/** At most so much, microseconds, for each percentile of the response times. */
type OwnError = NonNullable<StepResult['ownErrorUs']>;

const quantiles: Readonly<Record<keyof OwnError, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 };

/** The standard normal's quantile at 99 %: one share is chosen out of many, which leaves 95 % (test/simulation/own-error.test.ts). */
const confidence = 2.326;

/** How far apart two values of three digits may be that a histogram cannot tell apart, as a share of them. */
const resolution = 1 / 1024;

/**
 * What the echoes of some steps say about their latencies, of arrivals with up to so many requests each; nothing where there were none, as
 * in a closed loop and in older runs.
 */
export function ownErrorOf(
  spans: readonly StepSpan[],
  ticks: readonly LoadTick[],
  response: Histogram,
  lag: Histogram,
  requestsEach: number,
): Pick<StepResult, 'echoUs' | 'ownErrorUs'> {
  const seen = ticks
    .filter(({ atUs, lengthUs }) => spans.some((span) => isWithin(span, atUs - lengthUs / 2)))
    .flatMap(({ echoUs }) => echoUs ?? []);
  if (seen.length === 0 || response.totalCount === 0) return {};
  const echoes = { lagUs: latestFirst(seen.map(([us]) => us)), lateUs: latestFirst(seen.map(([, us]) => us)) };
  const bound = (quantile: number) => Math.round(ownErrorUs(quantile, response, lag, echoes, requestsEach));
  const { p50, p90, p95, p99, p999 } = quantiles;
  return {
    echoUs: summaryOf(echoes.lateUs),
    ownErrorUs: { p50: bound(p50), p90: bound(p90), p95: bound(p95), p99: bound(p99), p999: bound(p999) },
  };
}

/** Lateness of the echoes of a step, the latest first: of their writing, and of their reading. */
interface Echoes {
  readonly lagUs: readonly number[];
  readonly lateUs: readonly number[];
}

/**
 * By how much a quantile of the response times may exceed that of a generator without error, with 95 % confidence in the echoes. A
 * response is the truth and an error e together, so for any share d: of the responses beyond their quantile at 1 - q - d, at most d owe it
 * to errors beyond that of which d are; the others, q of all, were truly later than that quantile less that error. Nothing is taken for
 * granted of how the two hang together. The best d among those that the echoes can bear is taken. Arrivals that a generator which was held
 * up sends later than echoes, so as not to make a burst, owe it that much more. The errors of several requests one after the other add up: their
 * sum is beyond so many times a limit only where one of them is beyond it, and that befalls at most so many times the share.
 */
export function ownErrorUs(
  quantile: number,
  response: Histogram,
  lag: Histogram,
  { lagUs, lateUs }: Echoes,
  requestsEach = 1,
): number {
  const at = (histogram: Histogram, share: number) =>
    histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(100 * share);
  let leastUs = 0;
  for (let beyond = 0; beyond < lateUs.length; beyond += 1 + (beyond >> 3)) {
    const share = requestsEach * shareBeyond(beyond, lateUs.length);
    if (share >= quantile) break;
    const catchUpUs = Math.max(0, at(lag, 1 - share) - (lagUs[beyond] ?? 0));
    const errorUs = requestsEach * (lateUs[beyond] ?? 0) + catchUpUs;
    // A histogram answers with the highest value that it cannot tell from the one recorded.
    const seenUs = at(response, quantile - share) * (1 - resolution);
    leastUs = Math.max(leastUs, seenUs - errorUs);
  }
  return at(response, quantile) - leastUs;
}

/**
 * The share that is exceeded only by chance (1 %) when `beyond` of so many were seen beyond: the 99th percentile of a gamma distribution
 * (Garwood 1936) in the approximation of Wilson and Hilferty 1931.
 */
function shareBeyond(beyond: number, of: number): number {
  const shape = beyond + 1;
  return (shape * (1 - 1 / (9 * shape) + confidence / (3 * Math.sqrt(shape))) ** 3) / of;
}

function latestFirst(us: number[]): number[] {
  return us.sort((a, b) => b - a);
}

function isWithin({ startUs, endUs }: StepSpan, atUs: number): boolean {
  return atUs >= startUs && atUs < endUs;
}

function summaryOf(us: readonly number[]): LatencySummary {
  const histogram = newHistogram();
  for (const each of us) histogram.recordValue(Math.max(0, each));
  return summarise(histogram);
}

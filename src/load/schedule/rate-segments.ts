/** Rate shapes as a chain of segments whose integral (arrivals so far) and its inverse are known. */
import type { LoadStep } from '../../model/scenario.ts';

/** A stretch in which the rate moves on a straight line. */
interface LinearSegment {
  readonly kind: 'linear';
  readonly durationS: number;
  readonly fromRps: number;
  readonly toRps: number;
}

/** A stretch in which the rate swings around a mean, starting at the mean and rising. */
interface SineSegment {
  readonly kind: 'sine';
  readonly durationS: number;
  readonly meanRps: number;
  readonly amplitudeRps: number;
  readonly periodS: number;
}

/** One stretch of a step; times in seconds from its own start. */
export type RateSegment = LinearSegment | SineSegment;

/**
 * The segments of a step, in order. The peak of a spike is in the middle of the step; an amplitude above the mean counts as
 * the mean, because a rate cannot be negative.
 */
export function segmentsOf(step: LoadStep): readonly RateSegment[] {
  const { shape } = step;
  const durationS = step.durationMs / 1000;
  switch (shape.kind) {
    case 'closed':
      // Answers set its rate, so nothing is planned.
      return [level(0, durationS)];
    case 'constant':
    case 'recorded':
      return [level(shape.rps, durationS)];
    case 'linear':
      return [{ kind: 'linear', durationS, fromRps: shape.fromRps, toRps: shape.toRps }];
    case 'spike': {
      const peakS = Math.min(shape.peakMs / 1000, durationS);
      const sideS = (durationS - peakS) / 2;
      return [level(shape.baseRps, sideS), level(shape.peakRps, peakS), level(shape.baseRps, sideS)];
    }
    case 'sine': {
      const amplitudeRps = Math.min(shape.amplitudeRps, shape.meanRps);
      return [{ kind: 'sine', durationS, meanRps: shape.meanRps, amplitudeRps, periodS: shape.periodMs / 1000 }];
    }
  }
}

function level(rps: number, durationS: number): RateSegment {
  return { kind: 'linear', durationS, fromRps: rps, toRps: rps };
}

/** The rate in requests per second, `t` seconds into a segment. */
export function segmentRate(segment: RateSegment, t: number): number {
  if (segment.kind === 'linear') {
    return segment.durationS === 0
      ? segment.toRps
      : segment.fromRps + ((segment.toRps - segment.fromRps) * t) / segment.durationS;
  }
  return segment.meanRps + segment.amplitudeRps * Math.sin((2 * Math.PI * t) / segment.periodS);
}

/** Arrivals in the first `t` seconds of a segment: the integral of its rate. */
export function segmentArrivals(segment: RateSegment, t: number): number {
  if (segment.kind === 'linear') return ((segment.fromRps + segmentRate(segment, t)) / 2) * t;
  const swing = (segment.amplitudeRps * segment.periodS) / (2 * Math.PI);
  return segment.meanRps * t + swing * (1 - Math.cos((2 * Math.PI * t) / segment.periodS));
}

/** The moment, in seconds from the segment's start, at which `arrivals` (at most its whole area) have happened. */
export function segmentTimeOf(segment: RateSegment, arrivals: number): number {
  if (arrivals <= 0) return 0;
  return segment.kind === 'linear' ? linearTimeOf(segment, arrivals) : sineTimeOf(segment, arrivals);
}

/** Root of from*t + slope*t^2/2 = arrivals, in the form that does not cancel when the slope is small. */
function linearTimeOf(segment: LinearSegment, arrivals: number): number {
  const slope = (segment.toRps - segment.fromRps) / segment.durationS;
  const discriminant = Math.max(0, segment.fromRps * segment.fromRps + 2 * slope * arrivals);
  return (2 * arrivals) / (segment.fromRps + Math.sqrt(discriminant));
}

/** Newton's method kept inside a shrinking bracket: where the rate touches zero a bare Newton step would leave it. */
function sineTimeOf(segment: SineSegment, arrivals: number): number {
  const widest = (segment.amplitudeRps * segment.periodS) / Math.PI;
  let low = Math.max(0, (arrivals - widest) / segment.meanRps);
  let high = Math.min(segment.durationS, arrivals / segment.meanRps);
  let t = (low + high) / 2;
  // A billionth of a second; halving alone gets there from an hour in 42 rounds.
  for (let round = 0; round < 64 && high - low > 1e-9; round++) {
    const excess = segmentArrivals(segment, t) - arrivals;
    if (excess > 0) high = t;
    else low = t;
    const step = excess / segmentRate(segment, t);
    if (Math.abs(step) < 1e-10) return t;
    const newton = t - step;
    t = newton > low && newton < high ? newton : (low + high) / 2;
  }
  return t;
}

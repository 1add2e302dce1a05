/** When arrivals fall due: the steps' rates integrated, and the integral inverted arrival by arrival. */
import type { Share } from '../../model/load.ts';
import { seededUniform } from '../../model/random.ts';
import type { Arrivals, LoadStep } from '../../model/scenario.ts';
import { type RateSegment, segmentArrivals, segmentRate, segmentsOf, segmentTimeOf } from './rate-segments.ts';
import { stepEndsUs } from './step-times.ts';

/** What a schedule is made from; two with the same values give the same arrivals. */
export interface ScheduleSpec {
  readonly steps: readonly LoadStep[];
  readonly arrivals: Arrivals;
  readonly seed: number;
  /** When recorded arrivals fall due, microseconds after the first step's start, ascending; the steps say nothing then but their lengths. */
  readonly recordedUs?: Float64Array | undefined;
  /** When the first step starts; due times are on the same clock. */
  readonly startUs: number;
  /** The arrivals that are walked through; all without it. */
  readonly share?: Share | undefined;
}

/** Walks through the arrivals of a schedule; it changes in place, so that a million arrivals allocate nothing. */
export interface ArrivalCursor {
  /** When the current arrival falls due; `Infinity` after the last one. */
  readonly dueUs: number;
  /** Index of the step the current arrival belongs to. */
  readonly step: number;
  /** Moves on to the next arrival. */
  advance(): void;
}

/** The rate in requests per second, `tMs` milliseconds into a step of this shape and length. */
export function rateAt(shape: LoadStep['shape'], durationMs: number, tMs: number): number {
  const segments = segmentsOf({ name: '', shape, durationMs, measure: true });
  let restS = tMs / 1000;
  for (const segment of segments) {
    if (restS < segment.durationS) return segmentRate(segment, restS);
    restS -= segment.durationS;
  }
  const last = segments.at(-1);
  return last ? segmentRate(last, last.durationS) : 0;
}

/**
 * Arrivals of each step under even spacing. The n-th arrival of the whole load falls due where n - 1/2 arrivals have
 * accumulated, so fractions carry over from step to step and the total is the rounded area.
 */
export function plannedCounts(steps: readonly LoadStep[]): number[] {
  let area = 0;
  let before = 0;
  return steps.map((step) => {
    for (const segment of segmentsOf(step)) area += segmentArrivals(segment, segment.durationS);
    const until = arrivalsWithin(area);
    const count = until - before;
    before = until;
    return count;
  });
}

/** Arrivals of all steps together under even spacing. */
export function plannedCount(steps: readonly LoadStep[]): number {
  return plannedCounts(steps).reduce((sum, count) => sum + count, 0);
}

/** How many n = 1, 2, ... have n - 1/2 below the area; an arrival exactly at a border belongs to what comes after it. */
function arrivalsWithin(area: number): number {
  return Math.max(0, Math.ceil(area - 0.5));
}

interface PlacedSegment {
  readonly segment: RateSegment;
  readonly step: number;
  readonly startUs: number;
  readonly startArea: number;
  readonly endArea: number;
}

function placeSegments(spec: ScheduleSpec): readonly PlacedSegment[] {
  const placed: PlacedSegment[] = [];
  let startUs = spec.startUs;
  let startArea = 0;
  for (const [index, step] of spec.steps.entries()) {
    for (const segment of segmentsOf(step)) {
      const endArea = startArea + segmentArrivals(segment, segment.durationS);
      placed.push({ segment, step: index, startUs, startArea, endArea });
      startUs += segment.durationS * 1_000_000;
      startArea = endArea;
    }
  }
  return placed;
}

/**
 * The arrivals of a schedule, in order of their due times. Poisson arrivals are a unit-rate process in the space of
 * accumulated arrivals, mapped back to time (time rescaling, Cinlar 1975), which holds for any rate shape.
 */
export function arrivalCursor(spec: ScheduleSpec): ArrivalCursor {
  return spec.recordedUs ? recordedCursor(spec, spec.recordedUs) : rateCursor(spec);
}

function recordedCursor({ steps, startUs, share }: ScheduleSpec, recordedUs: Float64Array): ArrivalCursor {
  const ends = stepEndsUs(steps);
  const { index, of } = share ?? { index: 0, of: 1 };
  let at = index;
  const cursor = {
    dueUs: Number.POSITIVE_INFINITY,
    step: 0,
    advance() {
      const afterUs = recordedUs[at] ?? Number.POSITIVE_INFINITY;
      while (cursor.step < ends.length && afterUs >= (ends[cursor.step] ?? 0)) cursor.step++;
      cursor.dueUs = startUs + (cursor.step < ends.length ? afterUs : Number.POSITIVE_INFINITY);
      at += of;
    },
  };
  cursor.advance();
  return cursor;
}

function rateCursor(spec: ScheduleSpec): ArrivalCursor {
  const segments = placeSegments(spec);
  const uniform = seededUniform(spec.seed);
  const isPoisson = spec.arrivals === 'poisson';
  const gap = isPoisson ? () => -Math.log(uniform()) : () => 1;
  let target = isPoisson ? gap() : 0.5;
  const { index, of } = spec.share ?? { index: 0, of: 1 };
  const skip = (arrivals: number) => {
    for (let n = 0; n < arrivals; n++) target += gap();
  };
  let at = 0;
  const cursor = {
    dueUs: Number.POSITIVE_INFINITY,
    step: 0,
    advance() {
      settle();
      skip(of);
    },
  };
  function settle(): void {
    let placed = segments[at];
    while (placed && target >= placed.endArea) placed = segments[++at];
    if (!placed) {
      cursor.dueUs = Number.POSITIVE_INFINITY;
      return;
    }
    cursor.step = placed.step;
    cursor.dueUs = placed.startUs + segmentTimeOf(placed.segment, target - placed.startArea) * 1_000_000;
  }
  skip(index);
  cursor.advance();
  return cursor;
}

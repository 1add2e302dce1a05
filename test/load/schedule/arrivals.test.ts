import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalCursor,
  plannedCount,
  plannedCounts,
  rateAt,
  type ScheduleSpec,
} from '../../../src/load/schedule/arrivals.ts';
import type { LoadStep, RateShape } from '../../../src/model/scenario.ts';

function step(shape: RateShape, durationMs: number): LoadStep {
  return { name: shape.kind, shape, durationMs, measure: true };
}

function dues(steps: readonly LoadStep[], spec: Partial<ScheduleSpec> = {}): { dueUs: number; step: number }[] {
  const found: { dueUs: number; step: number }[] = [];
  const cursor = arrivalCursor({ steps, arrivals: 'uniform', seed: 1, startUs: 0, ...spec });
  for (; cursor.dueUs !== Number.POSITIVE_INFINITY; cursor.advance()) {
    found.push({ dueUs: cursor.dueUs, step: cursor.step });
  }
  return found;
}

/** Arrivals by time `tMs`, by adding up the rate in slices of 0.1 ms: slow, and knows nothing of the closed forms. */
function integrate(steps: readonly LoadStep[], tMs: number): number {
  const sliceMs = 0.1;
  let area = 0;
  let startMs = 0;
  for (const { shape, durationMs } of steps) {
    const until = Math.min(durationMs, tMs - startMs);
    for (let at = 0; at < until; at += sliceMs) {
      const width = Math.min(sliceMs, until - at);
      area += (rateAt(shape, durationMs, at + width / 2) * width) / 1000;
    }
    startMs += durationMs;
  }
  return area;
}

/** The Kolmogorov-Smirnov distance of shares between 0 and 1 from even ones. */
function distanceFromUniform(shares: readonly number[]): number {
  const sorted = [...shares].sort((a, b) => a - b);
  const gaps = sorted.map((share, n) => Math.max((n + 1) / sorted.length - share, share - n / sorted.length));
  return Math.max(...gaps);
}

const constant = (rps: number): RateShape => ({ kind: 'constant', rps });
const linear = (fromRps: number, toRps: number): RateShape => ({ kind: 'linear', fromRps, toRps });
const spike = (baseRps: number, peakRps: number, peakMs: number): RateShape => ({
  kind: 'spike',
  baseRps,
  peakRps,
  peakMs,
});
const sine = (meanRps: number, amplitudeRps: number, periodMs: number): RateShape => ({
  kind: 'sine',
  meanRps,
  amplitudeRps,
  periodMs,
});

describe('rateAt', () => {
  it.each<[string, RateShape, number, [atMs: number, rps: number][]]>([
    [
      'a constant',
      constant(50),
      1000,
      [
        [0, 50],
        [500, 50],
        [1000, 50],
      ],
    ],
    [
      'a ramp',
      linear(100, 200),
      1000,
      [
        [0, 100],
        [250, 125],
        [1000, 200],
      ],
    ],
    [
      'a ramp down to nothing',
      linear(80, 0),
      4000,
      [
        [0, 80],
        [2000, 40],
        [4000, 0],
      ],
    ],
    [
      'a spike in the middle',
      spike(10, 90, 200),
      1000,
      [
        [0, 10],
        [399, 10],
        [401, 90],
        [599, 90],
        [601, 10],
        [1000, 10],
      ],
    ],
    [
      'a sine from its mean upwards',
      sine(100, 40, 1000),
      2000,
      [
        [0, 100],
        [250, 140],
        [500, 100],
        [750, 60],
        [1250, 140],
      ],
    ],
    [
      'a sine that would go below zero',
      sine(100, 500, 1000),
      1000,
      [
        [250, 200],
        [750, 0],
      ],
    ],
  ])('follows %s', (_, shape, durationMs, points) => {
    for (const [atMs, rps] of points) expect(rateAt(shape, durationMs, atMs)).toBeCloseTo(rps, 9);
  });
});

describe('plannedCounts', () => {
  it.each<[string, LoadStep[], number[]]>([
    ['rate times duration', [step(constant(1000), 3000)], [3000]],
    ['the area of a ramp', [step(linear(0, 100), 10_000)], [500]],
    ['the area under a spike', [step(spike(10, 110, 500), 2000)], [70]],
    ['the mean of whole sine periods', [step(sine(200, 100, 500), 2000)], [400]],
    ['fractions carried over steps: 3 x 1/3 is one', [1, 2, 3].map(() => step(constant(1), 1000 / 3)), [0, 1, 0]],
    ['halves carried over steps', [1, 2, 3, 4].map(() => step(constant(1), 500)), [0, 1, 0, 1]],
    ['an idle step', [step(constant(10), 1000), step(constant(0), 5000), step(constant(20), 1000)], [10, 0, 20]],
    ['a step of no length', [step(constant(10), 0), step(constant(10), 1000)], [0, 10]],
    ['no steps', [], []],
  ])('are %s', (_, steps, counts) => {
    expect(plannedCounts(steps)).toEqual(counts);
  });
});

describe('uniform arrivals', () => {
  it('fall due half an interval into each interval', () => {
    expect(dues([step(constant(4), 1000)]).map(({ dueUs }) => dueUs)).toEqual([125_000, 375_000, 625_000, 875_000]);
  });

  it('start counting at the start of the load', () => {
    expect(dues([step(constant(2), 1000)], { startUs: 7_000_000 }).map(({ dueUs }) => dueUs)).toEqual([
      7_250_000, 7_750_000,
    ]);
  });

  it('get denser along a ramp: the n-th of 0 to 100/s over 2 s is due at sqrt((n - 1/2) / 25)', () => {
    for (const [index, { dueUs }] of dues([step(linear(0, 100), 2000)]).entries()) {
      expect(dueUs / 1_000_000).toBeCloseTo(Math.sqrt((index + 0.5) / 25), 9);
    }
  });

  it('belong to the step they fall due in', () => {
    const found = dues([step(constant(3), 1000), step(constant(0), 1000), step(constant(2), 1000)]);
    expect(found.map((due) => due.step)).toEqual([0, 0, 0, 2, 2]);
    expect(found[3]?.dueUs).toBeCloseTo(2_250_000, 3);
  });

  const anyRps = fc.double({ min: 0, max: 2000, noNaN: true });
  const anyShape: fc.Arbitrary<RateShape> = fc.oneof(
    anyRps.map(constant),
    fc.tuple(anyRps, anyRps).map(([from, to]) => linear(from, to)),
    fc.tuple(anyRps, anyRps, fc.integer({ min: 1, max: 900 })).map(([base, peak, ms]) => spike(base, peak, ms)),
    fc
      .tuple(anyRps, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 20, max: 900 }))
      .map(([mean, share, periodMs]) => sine(mean, mean * share, periodMs)),
  );
  const anySteps = fc.array(
    fc.tuple(anyShape, fc.integer({ min: 1, max: 400 })).map(([shape, ms]) => step(shape, ms)),
    { minLength: 1, maxLength: 4 },
  );

  it('fall due where the integral of the rate is n - 1/2, in order, as many as planned', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const found = dues(steps);
        const counts = steps.map((_, index) => found.filter((due) => due.step === index).length);
        expect(counts).toEqual(plannedCounts(steps));
        expect(found.length).toBe(plannedCount(steps));
        expect(Math.abs(found.length - integrate(steps, Number.POSITIVE_INFINITY))).toBeLessThan(0.6);
        found.forEach(({ dueUs }, index) => {
          if (index > 0) expect(dueUs).toBeGreaterThanOrEqual(found[index - 1]!.dueUs);
        });
        // Slices of 0.1 ms at up to 2,000/s know the area to a fifth of an arrival at worst (a jump inside a slice).
        for (const index of [0, 1, found.length >> 2, found.length >> 1, found.length - 1]) {
          const due = found[index];
          if (due) expect(Math.abs(integrate(steps, due.dueUs / 1000) - (index + 0.5))).toBeLessThan(0.25);
        }
      }),
      { seed: 20, numRuns: 60 },
    );
  });
});

describe('Poisson arrivals', () => {
  const poisson = (steps: readonly LoadStep[], seed: number) => dues(steps, { arrivals: 'poisson', seed });

  it('are the same for the same seed, and others for another', () => {
    const steps = [step(linear(100, 500), 2000)];
    expect(poisson(steps, 5)).toEqual(poisson(steps, 5));
    expect(poisson(steps, 5)).not.toEqual(poisson(steps, 6));
  });

  it('have the mean and the variance of a Poisson process in every tenth of a second', () => {
    const counts = new Array<number>(2000).fill(0);
    for (const { dueUs } of poisson([step(constant(100), 200_000)], 42)) counts[Math.floor(dueUs / 100_000)]! += 1;
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    // Five standard errors of 2,000 windows: of the mean sqrt(10/2000), of the index of dispersion sqrt(2/2000).
    expect(Math.abs(mean - 10)).toBeLessThan(0.36);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.16);
  });

  it('have exponential gaps that do not depend on each other', () => {
    const found = poisson([step(constant(500), 40_000)], 11);
    const gapsMs = found.slice(1).map(({ dueUs }, n) => (dueUs - found[n]!.dueUs) / 1000);
    const shares = gapsMs.map((gap) => 1 - Math.exp(-gap / 2));
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand seeds.
    expect(distanceFromUniform(shares)).toBeLessThan(1.95 / Math.sqrt(shares.length));
    const centred = shares.map((share) => share - 0.5);
    const together = centred.slice(1).reduce((sum, value, n) => sum + value * centred[n]!, 0) * (12 / shares.length);
    expect(Math.abs(together)).toBeLessThan(3.3 / Math.sqrt(shares.length));
  });

  it('are spread over a ramp as its integral says', () => {
    const found = poisson([step(linear(100, 900), 40_000)], 12);
    const areaAt = (ms: number) => (100 * ms) / 1000 + (400 * ms * ms) / 40_000 / 1000;
    const shares = found.map(({ dueUs }) => areaAt(dueUs / 1000) / areaAt(40_000));
    expect(distanceFromUniform(shares)).toBeLessThan(1.95 / Math.sqrt(shares.length));
  });

  it('would be told from even spacing by the same distance', () => {
    const even = dues([step(constant(500), 40_000)]);
    const shares = even.slice(1).map(({ dueUs }, n) => 1 - Math.exp(-(dueUs - even[n]!.dueUs) / 2000));
    expect(distanceFromUniform(shares)).toBeGreaterThan(0.3);
  });

  it('follow the shape: a ramp from nothing has a quarter of its arrivals in the first half', () => {
    const found = poisson([step(linear(0, 1000), 20_000)], 3);
    const early = found.filter(({ dueUs }) => dueUs < 10_000_000).length / found.length;
    expect(Math.abs(found.length - 10_000)).toBeLessThan(500);
    expect(Math.abs(early - 0.25)).toBeLessThan(0.025);
  });

  it('come in order and inside their step', () => {
    const steps = [step(sine(300, 300, 500), 1500), step(constant(0), 500), step(spike(10, 900, 100), 1000)];
    const found = poisson(steps, 9);
    const starts = [0, 1_500_000, 2_000_000, 3_000_000];
    expect(found.length).toBeGreaterThan(400);
    for (const [index, due] of found.entries()) {
      expect(due.dueUs).toBeGreaterThanOrEqual(index === 0 ? 0 : found[index - 1]!.dueUs);
      expect(due.dueUs).toBeGreaterThanOrEqual(starts[due.step]!);
      expect(due.dueUs).toBeLessThanOrEqual(starts[due.step + 1]!);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import { sharedOut, workersFor } from '../../../src/load/workers/share-out.ts';
import type { Share } from '../../../src/model/load.ts';
import type { LoadStep, RateShape } from '../../../src/model/scenario.ts';
import { constantStep, planFor } from '../load-run.ts';

const shaped = (shape: RateShape): LoadStep => ({ name: 'shaped', shape, durationMs: 1000, measure: true });

describe('the number of workers', () => {
  it.each([
    [500, 64, 1],
    [12_000, 64, 1],
    [12_001, 64, 2],
    [50_000, 64, 5],
    [500_000, 64, 16],
    [50_000, 16, 4],
    [50_000, 8, 2],
    [50_000, 7, 1],
    [50_000, 3, 1],
    [50_000, 1, 1],
  ])('is, for %i/s on %i cores, %i', (rps, cores, workers) => {
    const steps = [constantStep(100, 1000), constantStep(rps, 1000)];
    expect(workersFor(planFor(80, { workers: 'auto', steps }), cores)).toBe(workers);
  });

  it.each<RateShape>([
    { kind: 'linear', fromRps: 30_000, toRps: 0 },
    { kind: 'spike', baseRps: 100, peakRps: 30_000, peakMs: 10 },
    { kind: 'sine', meanRps: 20_000, amplitudeRps: 10_000, periodMs: 100 },
  ])('goes by the highest rate of a $kind shape', (shape) => {
    expect(workersFor(planFor(80, { workers: 'auto', steps: [shaped(shape)] }), 64)).toBe(3);
  });

  it('is what was asked for, but no worker is left without a connection', () => {
    expect(workersFor(planFor(80, { workers: 6 }), 1)).toBe(6);
    expect(workersFor(planFor(80, { workers: 6, maxConnections: 4 }), 64)).toBe(4);
  });
});

describe('the shares of a plan', () => {
  it.each([1, 2, 3, 7])('add up to its connections and its queue for %i workers', (workers) => {
    const plans = sharedOut(planFor(80, { maxConnections: 20, maxQueue: 5 }), workers);
    const shares = plans.map((plan) => plan.maxConnections);
    expect(plans.reduce((sum, plan) => sum + (plan.maxQueue ?? 0), 0)).toBe(5);
    expect(shares.reduce((sum, connections) => sum + connections)).toBe(20);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it.each(['uniform', 'poisson'] as const)('hold each of its %s arrivals once, by index', (arrivals) => {
    const steps = [
      shaped({ kind: 'linear', fromRps: 0, toRps: 500 }),
      shaped({ kind: 'sine', meanRps: 200, amplitudeRps: 200, periodMs: 300 }),
    ];
    const arrivalsOf = (share?: Share) => {
      const cursor = arrivalCursor({ steps, arrivals, seed: 5, startUs: 1e6, share });
      const found: string[] = [];
      for (; cursor.dueUs !== Number.POSITIVE_INFINITY; cursor.advance()) found.push(`${cursor.step} ${cursor.dueUs}`);
      return found;
    };
    const all = arrivalsOf();
    expect(all.length).toBeGreaterThan(350);
    for (const { share } of sharedOut(planFor(80), 3)) {
      expect(arrivalsOf(share)).toEqual(all.filter((_, index) => index % 3 === share?.index));
    }
  });
});

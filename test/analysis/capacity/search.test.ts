import { describe, expect, test } from 'vitest';
import {
  type CapacityLimits,
  type CapacityStep,
  nextCapacityStep,
  type ProbeOutcome,
} from '../../../src/analysis/capacity/search.ts';
import { seededUniform } from '../../../src/model/random.ts';

const limits: CapacityLimits = { startRps: 100, maxRps: 100_000, precision: 0.05 };

/** Runs the search to its end against a target that is asked by rate. */
function search(outcomeAt: (rps: number) => ProbeOutcome['outcome'], given: Partial<CapacityLimits> = {}) {
  const probes: ProbeOutcome[] = [];
  const phases: string[] = [];
  for (;;) {
    const step: CapacityStep = nextCapacityStep(probes, { ...limits, ...given });
    if (step.kind === 'found') return { ...step, probes, phases };
    phases.push(step.phase);
    probes.push({ rps: step.rps, outcome: outcomeAt(step.rps) });
    expect(probes.length).toBeLessThan(100);
  }
}

const breaksAbove = (rps: number) => (asked: number) => (asked <= rps ? 'held' : 'broken') as 'held' | 'broken';

describe('a target with a clear limit', () => {
  test.each([90, 101, 777, 3000, 54_321])('of %i/s is bracketed, tightly', (limit) => {
    const { lowRps, highRps = 0 } = search(breaksAbove(limit));
    expect(lowRps).toBeLessThanOrEqual(limit);
    expect(highRps).toBeGreaterThan(limit);
    expect(highRps / lowRps).toBeLessThan(1.06);
  });

  test('is tried again where it breaks, and confirmed three times where it holds', () => {
    const { lowRps, highRps, probes, phases } = search(breaksAbove(777));
    const count = (rps: number | undefined) => probes.filter((probe) => probe.rps === rps).length;
    expect([count(highRps), count(lowRps)]).toEqual([2, 3]);
    expect(phases.slice(0, 9)).toEqual([
      'climb',
      'climb',
      'climb',
      'climb',
      'climb',
      'climb',
      'climb',
      're-probe',
      'bisect',
    ]);
    expect(phases.at(-1)).toBe('confirm');
  });
});

test('a target that holds all that was asked for has no upper end', () => {
  const found = search(() => 'held', { maxRps: 1000 });
  expect(found).toMatchObject({ lowRps: 1000, highRps: undefined, blindRps: undefined });
});

test('a target that holds nothing is said to, after going down far', () => {
  const found = search(() => 'broken');
  expect(found.lowRps).toBe(0);
  expect(found.highRps).toBeLessThanOrEqual(4);
});

test('the way down ends at one a second', () => {
  expect(search(() => 'broken', { startRps: 3 })).toMatchObject({ lowRps: 0, highRps: 1 });
});

test('a rate at which the generator is at its end bounds the search without blaming the target', () => {
  const found = search((rps) => (rps > 2000 ? 'unknown' : 'held'));
  expect(found.highRps).toBeUndefined();
  expect(found.blindRps).toBeGreaterThan(2000);
  expect(found.lowRps).toBeGreaterThan(1900);
});

test('a generator that is at its end at once ends the search at once', () => {
  const found = search(() => 'unknown');
  expect(found).toMatchObject({ lowRps: 0, highRps: undefined, blindRps: 100 });
  expect(found.probes).toHaveLength(2);
});

test('one hiccup in ten probes moves the limit by no more than the precision in nearly all searches', () => {
  let far = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const uniform = seededUniform(seed);
    const found = search((rps) => (rps > 1000 || uniform() < 0.1 ? 'broken' : 'held'));
    expect(found.lowRps).toBeLessThanOrEqual(1000);
    if (found.lowRps < 900) far++;
  }
  expect(far).toBeLessThan(45);
});

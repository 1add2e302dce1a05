/** What a gate errs, counted instead of sampled: all ways in which the coins that put the arms in order could have fallen are tried. */
import { expect, it } from 'vitest';
import { gateColumns, type StepPair, type StepTail } from '../../../src/analysis/gate/columns.ts';
import { decideAtLooks } from '../../../src/analysis/gate/decision.ts';
import { defaultGateSettings } from '../../../src/analysis/gate/settings.ts';
import { looksWithin, plannedLooks } from '../../../src/analysis/statistics/sequential-looks.ts';
import { upperBound } from '../../../src/analysis/statistics/walsh-bounds.ts';
import type { GateSettings } from '../../../src/model/gate-input.ts';
import { seededUniform } from '../../../src/model/random.ts';

const rounds = 10;
const flips = 2 ** rounds;

/** No margin, so that arms that are the same lie exactly on it; what is slow has a margin of its own. */
const settings: GateSettings = {
  ...defaultGateSettings,
  tolerance: 0,
  error: 0.1,
  looks: [7, 9, 10],
  metrics: ['p99', 'capacity'],
  capacityLimitUs: 3000,
};

/** Heavy-tailed p99s, and steps whose utilisation comes and goes about the limit: which of them are judged depends on the data. */
function noisyRounds(seed: number): StepPair[][] {
  const next = seededUniform(seed);
  const tail = (p99Us: number): StepTail => ({
    p99Us: p99Us * Math.exp(0.05 * Math.tan(2.8 * (next() - 0.5))),
    count: 1000,
    slowerThan: () => 0,
    utilisation: 0.5 + 0.3 * next(),
    halves: 0.75 + 0.5 * next(),
    backlog: 3 * next(),
  });
  return Array.from({ length: rounds }, () =>
    [1000, 2000, 3000, 3500].map((p99Us, index) => {
      const rps = 100 * (index + 1);
      return { name: String(rps), rps, baseline: tail(p99Us), candidate: tail(p99Us) };
    }),
  );
}

function swapped(all: readonly StepPair[][], code: number): StepPair[][] {
  return all.map((round, index) =>
    ((code >> index) & 1) === 0
      ? round
      : round.map((pair) => ({ ...pair, baseline: pair.candidate, candidate: pair.baseline })),
  );
}

function failures(all: readonly StepPair[][], looks: ReturnType<typeof plannedLooks>): number {
  let failed = 0;
  for (let code = 0; code < flips; code++) {
    const flipped = swapped(all, code);
    const decision = decideAtLooks(
      looks,
      (look) => ({ columns: gateColumns(flipped.slice(0, look.rounds), settings), isMissed: false, isOpen: false }),
      settings,
    );
    if (decision?.cells.some(({ outcome }) => outcome === 'worse')) failed++;
  }
  return failed;
}

it.each([1, 2])(
  'fails arms that are the same in no more than the error that all looks together may make (noise %i)',
  (seed) => {
    const failed = failures(noisyRounds(seed), plannedLooks(settings.looks, settings.error));
    expect(failed).toBeLessThanOrEqual(settings.error * flips);
    // And wastes little of it; a gate that passes early fails no more.
    expect(failed).toBeGreaterThan(0.85 * settings.error * flips);
  },
);

it('nor when the budget ends between two looks', () => {
  const planned = plannedLooks([7, 10, 12], settings.error);
  const failed = failures(noisyRounds(4), looksWithin(planned, 9));
  expect(failed).toBeLessThanOrEqual(0.6 * settings.error * flips);
});

it('passes what is slower by exactly what must not pass in no more than the error of all looks together', () => {
  const next = seededUniform(5);
  const atDetect = Math.log1p(settings.detect);
  const noise = Array.from({ length: rounds }, () => 0.03 * Math.tan(2.8 * (next() - 0.5)));
  const looks = plannedLooks(settings.looks, settings.error);
  let passed = 0;
  for (let code = 0; code < flips; code++) {
    const values = noise.map((value, index) => atDetect + (((code >> index) & 1) === 0 ? value : -value));
    if (looks.some(({ rounds: seen, beta }) => upperBound(values.slice(0, seen), beta) < atDetect)) passed++;
  }
  expect(passed).toBeGreaterThan(0);
  expect(passed).toBeLessThanOrEqual(settings.error * flips);
});

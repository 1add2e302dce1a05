import { expect, it } from 'vitest';
import { selfCheckOf } from '../../../src/analysis/gate/self-check.ts';
import { gateVerdict } from '../../../src/analysis/gate/verdict.ts';
import { gateInput, gateRounds } from '../../helpers/trial-rounds.ts';

const planned = { looks: [8, 12, 16], roundMs: 60_000 };

function check(rounds: ReturnType<typeof gateRounds>, change: Parameters<typeof gateInput>[1] = {}) {
  const { settings, ...input } = gateInput(rounds, { looks: [8], ...change });
  return selfCheckOf(gateVerdict({ settings, ...input }), settings, planned);
}

it('tells by step and metric how much rounds differ, and what each look of a gate could see', () => {
  const { outcome, rows } = check(gateRounds(8));
  expect(outcome).toBe('passed');
  expect(rows.map(({ metric, step }) => [metric, step])).toEqual([
    ['p99', 'low'],
    ['p99', 'high'],
    ['slow-share', 'low'],
    ['slow-share', 'high'],
  ]);
  const [low] = rows;
  expect(low?.spreadPercent).toBeGreaterThan(0.5);
  expect(low?.spreadPercent).toBeLessThan(1.5);
  const seen = low?.detectable.map(({ rounds, percent }) => ({ rounds, percent: percent ?? 0 })) ?? [];
  expect(seen.map(({ rounds }) => rounds)).toEqual([8, 12, 16]);
  expect(seen.map(({ percent }) => percent)).toEqual(seen.map(({ percent }) => percent).sort((a, b) => b - a));
  expect(Math.min(...seen.map(({ percent }) => percent))).toBeGreaterThan(2.5);
});

it('needs more rounds, and minutes, for a smaller slowdown; no gate is shorter than its first look', () => {
  expect(check(gateRounds(8))).toMatchObject({ roundsNeeded: 8, minutesNeeded: 8 });
  const fine = check(gateRounds(8), { detect: 0.036 });
  expect(fine.roundsNeeded).toBeGreaterThan(8);
  expect(fine.minutesNeeded).toBe(fine.roundsNeeded);
});

it('does not name rounds that nobody would make', () => {
  const { rows, ...whole } = check(gateRounds(8), { detect: 0.0251 });
  expect(rows[0]).not.toHaveProperty('roundsNeeded');
  expect(whole).not.toHaveProperty('minutesNeeded');
});

it('fails where a difference is shown that cannot be there', () => {
  expect(check(gateRounds(8, { high: 0.3 }))).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^p99 at step high: \+\d+/),
  });
});

it('is no check after too few rounds, with broken screens, or on a machine that others use', () => {
  expect(check(gateRounds(4)).outcome).toBe('unfinished');
  expect(check(gateRounds(8, {}, () => ({ lagP99Us: 9_000_000 }))).outcome).toBe('invalid');
  const disturbed = Array.from({ length: 40 }, (_, index) => ({ p99Us: 2000, isDisturbed: index < 20 }));
  expect(check(gateRounds(8, {}, () => ({ windows: disturbed }))).outcome).toBe('noisy');
});

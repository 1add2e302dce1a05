import { expect, it } from 'vitest';
import { defaultGateSettings } from '../../../src/analysis/gate/settings.ts';
import { isEnded, refuseOther, refuseShortBudget } from '../../../src/commands/gate/resume.ts';
import type { ArmRun, Comparison } from '../../../src/model/comparison.ts';
import { emptyRun, madeComparison } from '../../helpers/comparison.ts';
import { keptGate } from '../../helpers/gate.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const runMs = 60_000;
const plan = (minutes: number | undefined) => ({
  rounds: 16,
  runMs,
  budgetMs: minutes === undefined ? undefined : minutes * 60_000,
});

/** A comparison in which both arms have run so many rounds. */
function doneRounds(count: number): Comparison {
  const runs = Array.from({ length: count }, (_, round): ArmRun[] => [
    emptyRun(round + 1, 'baseline', 0),
    emptyRun(round + 1, 'candidate', 1),
  ]);
  return { ...madeComparison([]), runs: runs.flat() };
}

it('refuses a budget that ends before the first look, and takes any other', () => {
  const refuse = (minutes: number | undefined) => () =>
    refuseShortBudget(plan(minutes), defaultGateSettings, undefined, undefined);
  expect(refuse(15)).toThrow('a budget of 15m is too short: the first look is after 8 rounds of 2 runs, about 16m');
  expect(refuse(16)).not.toThrow();
  expect(refuse(undefined)).not.toThrow();
});

it('asks of a gate that goes on only for the rounds up to its next look', () => {
  const { verdict } = keptGate(gateRounds(8));
  const open = { ...verdict, isFinal: false };
  const refuse = (minutes: number) => () => refuseShortBudget(plan(minutes), defaultGateSettings, doneRounds(9), open);
  expect(refuse(5)).toThrow('the next look is after 3 more rounds of 2 runs');
  expect(refuse(6)).not.toThrow();
});

it('asks nothing of a gate that has its verdict', () => {
  const { verdict } = keptGate(gateRounds(8));
  expect(verdict.isFinal).toBe(true);
  expect(() => refuseShortBudget(plan(1), defaultGateSettings, doneRounds(8), verdict)).not.toThrow();
});

it('refuses a directory that was begun with other settings, and names them', () => {
  const gate = keptGate(gateRounds(8), { looks: [8, 12], detect: 0.2 });
  expect(isEnded(gate)).toBe(true);
  expect(() => refuseOther(gate, gate.input.settings, '/g')).not.toThrow();
  expect(() => refuseOther(gate, defaultGateSettings, '/g')).toThrow(
    '/g: was begun with other settings (detect, looks), and cannot be gone on with',
  );
});

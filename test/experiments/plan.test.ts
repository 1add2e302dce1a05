import { expect, it } from 'vitest';
import type { CommandArgs } from '../../src/commands/command.ts';
import { roundsRequest } from '../../src/commands/compare/rounds-flags.ts';
import { costText, planComparison } from '../../src/experiments/plan.ts';

const minute = 60_000;

function asked(values: { rounds?: number; budget?: string; warmups?: number }) {
  const args: CommandArgs = {
    string: () => values.budget,
    strings: () => [],
    number: (name) => (name === 'rounds' ? values.rounds : values.warmups),
    flag: () => false,
  };
  const mistakes: string[] = [];
  return { ...roundsRequest(args, mistakes), mistakes };
}

it('makes eight rounds unless it is told otherwise', () => {
  expect(planComparison(asked({}), 30_000, 2).rounds).toBe(8);
  expect(planComparison(asked({ rounds: 12 }), 30_000, 2).rounds).toBe(12);
});

it('makes as many rounds as fit into a budget, sixteen at most', () => {
  expect(planComparison(asked({ budget: '10m' }), 30_000, 2)).toMatchObject({ rounds: 10, budgetMs: 10 * minute });
  expect(planComparison(asked({ budget: '10h' }), 30_000, 2).rounds).toBe(16);
});

it('refuses a budget in which nothing could be shown', () => {
  expect(() => planComparison(asked({ budget: '5m' }), 30_000, 2)).toThrow(
    '--budget 5m is too short: 6 rounds of 2 variants at about 30s each take about 6m',
  );
  expect(planComparison(asked({ rounds: 3, budget: '5m' }), 30_000, 2).rounds).toBe(3);
});

it('says how many runs there will be and how long they take', () => {
  expect(costText({ rounds: 8, runMs: 35_000 }, 3)).toBe(
    '8 rounds of 3 variants are 24 runs of about 35s each, about 14m',
  );
});

it('tells both flags that cannot be read', () => {
  expect(asked({ rounds: 1.5, budget: 'soon' }).mistakes).toEqual([
    '--rounds must be a whole number from 2 to 100, got 1.5 (example: --rounds 8)',
    '--budget must be a positive duration, got "soon" (example: --budget 40m)',
  ]);
});

it('makes warm-up rounds beside those that are judged, and counts them in the budget', () => {
  expect(planComparison(asked({ warmups: 2 }), 30_000, 2)).toMatchObject({ rounds: 10, warmupRounds: 2 });
  expect(planComparison(asked({ warmups: 2, budget: '8m' }), 30_000, 2).rounds).toBe(8);
  expect(() => planComparison(asked({ warmups: 3, budget: '8m' }), 30_000, 2)).toThrow('take about 9m');
  expect(asked({ warmups: -1 }).mistakes).toEqual([
    '--warmup-rounds must be a whole number up to 100, got -1 (example: --warmup-rounds 1)',
  ]);
});

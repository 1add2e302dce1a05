import { expect, it } from 'vitest';
import { armOrder } from '../../src/analysis/rounds/arm-order.ts';
import {
  type DoneRun,
  expectedRoundMs,
  nextSlot,
  type RoundSlot,
  type RoundsPlan,
  runRounds,
} from '../../src/session/rounds.ts';

const plan: RoundsPlan = {
  orderOf: (round) => armOrder(['a', 'b', 'c'], round - 1, 7),
  rounds: 4,
  repeats: 2,
  budgetMs: undefined,
  expectedRunMs: 1000,
};

/** Runs a plan over a clock that each run moves by a second; `isValid` decides what becomes of each. */
async function carryOut(change: Partial<RoundsPlan> = {}, done: DoneRun[] = [], isValid = (_: RoundSlot) => true) {
  const made: DoneRun[] = [];
  let nowMs = 0;
  const end = await runRounds(
    { ...plan, ...change },
    {
      done,
      nowMs: () => nowMs,
      onRound: () => undefined,
      run: async (slot) => {
        nowMs += 1000;
        const run = { ...slot, isValid: isValid(slot), tookMs: 1000 };
        made.push(run);
        return run;
      },
    },
  );
  return { end, made };
}

it('runs every arm once in every round, in orders that differ', async () => {
  const { end, made } = await carryOut({ rounds: 12 });
  expect(end).toBe('complete');
  const orders = Array.from({ length: 12 }, (_, index) =>
    made.filter(({ round }) => round === index + 1).map(({ arm }) => arm),
  );
  for (const order of orders) expect([...order].sort()).toEqual(['a', 'b', 'c']);
  expect(new Set(orders.map(String)).size).toBeGreaterThan(2);
});

it('repeats an invalid run at once and twice at most', async () => {
  const { made } = await carryOut({ rounds: 2 }, [], ({ arm }) => arm !== 'b');
  const ofB = made.filter(({ arm, round }) => arm === 'b' && round === 1);
  expect(ofB.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(made).toHaveLength(2 * (1 + 3 + 1));
});

it.each([1, 3, 4, 8])('goes on after %i runs as it would have without the interruption', async (count) => {
  const whole = await carryOut();
  const rest = await carryOut({}, whole.made.slice(0, count));
  expect(rest.made).toEqual(whole.made.slice(count));
});

it('begins no round that would not end within the budget', async () => {
  const { end, made } = await carryOut({ budgetMs: 7000 });
  expect(end).toBe('budget');
  expect(made).toHaveLength(6);
});

it('expects what runs took so far', () => {
  expect(expectedRoundMs(plan, [])).toBe(3000);
  const run: DoneRun = { round: 1, position: 0, arm: 'a', attempt: 1, isValid: true, tookMs: 5000 };
  expect(expectedRoundMs(plan, [run])).toBe(15_000);
  expect(nextSlot(plan, 1, [])?.attempt).toBe(1);
});

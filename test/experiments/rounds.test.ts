import { describe, expect, it } from 'vitest';
import { compareRounds } from '../../src/experiments/rounds.ts';
import { repeats } from '../../src/experiments/run-arm.ts';
import { createLaboratory, emptyComparison, type MadeRun, namedArms, runMs } from './made-rounds.ts';

const arms = ['a', 'b', 'c'];
const good: MadeRun = () => ({ invalid: [], steps: [] });
const late = [{ code: 'generator-late', message: 'the generator was late' }];

function workOf(rounds: number, budgetMs?: number) {
  return {
    comparison: emptyComparison(arms, rounds),
    arms: namedArms(arms),
    plan: { rounds, budgetMs, runMs },
  };
}

describe('the rounds of a comparison', () => {
  it('run every arm once in each, in an order that is not always the same', async () => {
    const { keeper, caller, slots } = createLaboratory(good);
    await compareRounds(workOf(8), keeper, caller);
    const orders = Array.from({ length: 8 }, (_, round) =>
      slots.filter((slot) => slot.round === round + 1).map(({ arm }) => arm),
    );
    for (const order of orders) expect([...order].sort()).toEqual(arms);
    expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(1);
  });

  it('are kept after each run, so that nothing which ended is lost', async () => {
    const { keeper, caller, comparisons } = createLaboratory(good);
    await compareRounds(workOf(2), keeper, caller);
    expect(comparisons.map(({ runs }) => runs.length)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('repeat an invalid run at once, and give it up after so many repeats', async () => {
    const { keeper, caller, slots } = createLaboratory(({ arm }) => ({ invalid: arm === 'b' ? late : [], steps: [] }));
    const { runs } = await compareRounds(workOf(1), keeper, caller);
    const attempts = slots.filter(({ arm }) => arm === 'b').map(({ attempt }) => attempt);
    expect(attempts).toEqual(Array.from({ length: repeats + 1 }, (_, index) => index + 1));
    expect(runs).toHaveLength(arms.length + repeats);
  });

  it('repeat a run on other nodes than the first, which then counts as missing', async () => {
    const { keeper, caller } = createLaboratory(({ arm }) => ({
      invalid: [],
      steps: [],
      nodes: { api: arm === 'b' ? 'two' : 'one' },
    }));
    const { runs } = await compareRounds(workOf(1), keeper, caller);
    const codes = runs.map(({ variant, invalid }) => [variant, invalid[0]?.code ?? 'valid'].join());
    // Which is first is by chance.
    const isFirst = runs[0]?.variant === 'b';
    expect(codes.filter((each) => each.startsWith('b'))).toEqual(
      isFirst ? ['b,valid'] : Array(3).fill('b,other-nodes'),
    );
    expect(codes.filter((each) => each.startsWith('a'))).toEqual(
      isFirst ? Array(3).fill('a,other-nodes') : ['a,valid'],
    );
  });

  it('begin none that would not end within the budget, and say so', async () => {
    const { keeper, caller, slots, told } = createLaboratory(good);
    await compareRounds(workOf(8, 7 * runMs), keeper, caller);
    expect(slots).toHaveLength(6);
    expect(told.at(-1)).toContain('the budget is spent');
  });

  it('go on where an interrupted comparison stopped', async () => {
    const first = createLaboratory(({ round, position }) => {
      if (round === 2 && position === 1) throw new Error('interrupted');
      return { invalid: [], steps: [] };
    });
    await expect(compareRounds(workOf(3), first.keeper, first.caller)).rejects.toThrow('interrupted');
    const kept = first.comparisons.at(-1);
    expect(kept?.runs).toHaveLength(4);
    const second = createLaboratory(good);
    const comparison = kept ?? emptyComparison(arms, 3);
    const whole = await compareRounds({ ...workOf(3), comparison }, second.keeper, second.caller);
    expect(second.slots).toHaveLength(5);
    expect(whole.runs.map(({ round, variant }) => `${round}${variant}`).sort()).toEqual(
      [1, 2, 3].flatMap((round) => arms.map((arm) => `${round}${arm}`)),
    );
  });

  it('have all repeats again where they go on after the environment broke', async () => {
    const away = [{ code: 'kube-unreachable', message: 'the cluster is away' }];
    const first = createLaboratory(({ round, attempt }) => {
      if (round === 2 && attempt === repeats + 1) throw new Error('no longer comes up');
      return { invalid: round === 2 ? away : [], steps: [] };
    });
    await expect(compareRounds(workOf(2), first.keeper, first.caller)).rejects.toThrow('no longer comes up');
    const kept = first.comparisons.at(-1);
    expect(kept?.runs.map(({ round }) => round)).toEqual([1, 1, 1]);
    const second = createLaboratory(({ attempt }) => ({ invalid: attempt <= repeats ? late : [], steps: [] }));
    const whole = await compareRounds(
      { ...workOf(2), comparison: kept ?? emptyComparison(arms, 2) },
      second.keeper,
      second.caller,
    );
    expect(whole.runs.filter(({ round, invalid }) => round === 2 && invalid.length === 0)).toHaveLength(arms.length);
  });
});

import { describe, expect, it } from 'vitest';
import { gateRounds } from '../../src/experiments/gate-rounds.ts';
import { seededUniform } from '../../src/model/random.ts';
import type { RoundSlot } from '../../src/session/rounds.ts';
import { armRun } from '../helpers/trial-rounds.ts';
import { createLaboratory, newGateWork, runMs } from './made-rounds.ts';

/** Runs of 2 and 4 ms with noise, the candidate's slower by this share. */
function runsOf(seed: number, slower: number, sd = 0.01) {
  const uniform = seededUniform(seed);
  const noise = () => Math.exp(sd * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  return ({ arm }: RoundSlot) => {
    const factor = arm === 'candidate' ? 1 + slower : 1;
    const { invalid, steps } = armRun(2000 * factor * noise(), 4000 * factor * noise());
    return { invalid: [...invalid], steps: [...steps] };
  };
}

describe('the rounds of a gate', () => {
  it('end at the first look that shows a regression', async () => {
    const { keeper, caller, slots } = createLaboratory(runsOf(1, 0.5));
    const gate = await gateRounds(newGateWork(), keeper, caller);
    expect(gate.verdict).toMatchObject({ verdict: 'fail', isFinal: true, usedRounds: 8 });
    expect(slots).toHaveLength(16);
  });

  it('go on from look to look while neither is shown, and end after the last', async () => {
    const { keeper, caller, gates, slots } = createLaboratory(runsOf(2, 0.05, 0.15));
    const gate = await gateRounds(newGateWork(), keeper, caller);
    expect(slots).toHaveLength(32);
    expect(gate.verdict).toMatchObject({ isFinal: true, usedRounds: 16 });
    expect([...new Set(gates.map(({ input }) => input.rounds.length))]).toEqual([0, 8, 12, 16]);
  });

  it('are as many more as were set aside before the next look', async () => {
    const good = runsOf(3, 0);
    const { keeper, caller, slots } = createLaboratory((slot) =>
      slot.round === 3 && slot.arm === 'candidate'
        ? { invalid: [{ code: 'generator-late', message: 'late' }], steps: [] }
        : good(slot),
    );
    const gate = await gateRounds(newGateWork({ looks: [8] }), keeper, caller);
    expect(gate.verdict).toMatchObject({ usedRounds: 8, finishedRounds: 9 });
    expect(slots.at(-1)?.round).toBe(9);
  });

  it('give a verdict on what there is when the budget is spent', async () => {
    const { keeper, caller, slots } = createLaboratory(runsOf(4, 0));
    const gate = await gateRounds(newGateWork({}, 10 * runMs), keeper, caller);
    expect(slots).toHaveLength(10);
    expect(gate.input.isOver).toBe(true);
    expect(gate.verdict).toMatchObject({ verdict: 'cannot-tell', isFinal: true });
  });

  it('look nowhere else when they were interrupted: the verdicts are those of a gate that never stopped', async () => {
    const whole = createLaboratory(runsOf(5, 0.05, 0.15));
    const straight = await gateRounds(newGateWork(), whole.keeper, whole.caller);

    const runs = runsOf(5, 0.05, 0.15);
    const broken = createLaboratory((slot) => {
      if (slot.round === 10) throw new Error('interrupted');
      return runs(slot);
    });
    await expect(gateRounds(newGateWork(), broken.keeper, broken.caller)).rejects.toThrow('interrupted');
    const { keeper, caller, gates } = createLaboratory(runs);
    const comparison = broken.comparisons.at(-1) ?? newGateWork().comparison;
    const judged = broken.gates.at(-1)?.input.rounds.length ?? 0;
    const resumed = await gateRounds({ ...newGateWork(), comparison, judged }, keeper, caller);
    expect(judged).toBe(8);
    expect(gates[0]?.input.rounds).toHaveLength(8);
    expect(resumed.verdict).toEqual(straight.verdict);
  });

  it('fail a candidate that does not differ in at most one of twenty gates, all looks together', async () => {
    let failures = 0;
    const count = 200;
    for (let seed = 1; seed <= count; seed++) {
      const { keeper, caller } = createLaboratory(runsOf(1000 + seed, 0, 0.03));
      const { verdict } = await gateRounds(newGateWork({ metrics: ['p99'], tolerance: 0 }), keeper, caller);
      if (verdict['verdict'] === 'fail') failures++;
    }
    // Of 200 gates at 5 %, 18 or more fail in all but 1 % of draws.
    expect(failures).toBeLessThan(18);
    expect(failures).toBeGreaterThan(0);
  });
});

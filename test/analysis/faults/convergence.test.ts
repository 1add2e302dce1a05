/** How long conditions took to hold after the start and after faults, and rules about it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeConverged } from '../../../src/analysis/faults/converged-rules.ts';
import {
  type ConditionEvidence,
  conditionOutcomes,
  convergencesOf,
  roleOutcomes,
} from '../../../src/analysis/faults/convergence.ts';
import type { FaultTimes } from '../../../src/analysis/faults/fault-times.ts';
import type { ConditionChange } from '../../../src/model/sample.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';

const s = (seconds: number) => Math.round(seconds * 1e6);
const at = (seconds: number, holds: boolean, beforeS?: number, condition = 'agreed'): ConditionChange => ({
  kind: 'condition',
  atUs: s(seconds),
  beforeUs: beforeS === undefined ? undefined : s(beforeS),
  condition,
  holds,
  said: holds ? 'yes' : 'no',
});
const fault = (name: string, askedS: number, endS?: number): FaultTimes => ({
  name,
  askedUs: s(askedS),
  startUs: s(askedS + 0.1),
  endAskedUs: endS === undefined ? undefined : s(endS),
  endUs: endS === undefined ? undefined : s(endS + 0.2),
  what: 'killed',
  failed: undefined,
  targets: [],
});
const evidence = (changes: ConditionChange[], change: Partial<ConditionEvidence> = {}): ConditionEvidence => ({
  conditions: ['agreed'],
  changes,
  faults: [],
  firstStartUs: s(-5),
  endUs: s(60),
  ...change,
});
const toldOf = (given: ConditionEvidence) =>
  convergencesOf(given).map(({ after, event, state, tookUs, uncertaintyUs }) => [
    `${event} ${after}`,
    state,
    tookUs,
    uncertaintyUs,
  ]);

describe('convergence', () => {
  it('is the time from the start until the condition held and stayed so', () => {
    const changes = [at(-5, false), at(-4, true, -4.1), at(-3.8, false, -3.9), at(-2, true, -2.05)];
    expect(toldOf(evidence(changes))).toEqual([['start start', 'converged', s(3), 50_000]]);
  });

  it('that was there at the first look may have come at any time before', () => {
    expect(toldOf(evidence([at(1, true)]))).toEqual([['start start', 'converged', s(6), s(6)]]);
  });

  it('is counted from when a fault was asked for, and asked to be taken back, each until the next event', () => {
    const changes = [
      at(-5, false),
      at(-2, true, -2.1),
      at(10.3, false, 10.2),
      at(12, true, 11.9),
      at(20.1, false, 20),
      at(23, true, 22.5),
    ];
    expect(toldOf(evidence(changes, { faults: [fault('gone', 10, 20)] }))).toEqual([
      ['start start', 'converged', s(3), 100_000],
      ['fault gone', 'converged', s(2), 100_000],
      ['fault-end gone', 'converged', s(3), 500_000],
    ]);
  });

  it('never ceased, or never came, is no time', () => {
    const changes = [at(-5, false), at(-2, true, -2.1), at(21, false, 20.9)];
    expect(toldOf(evidence(changes, { faults: [fault('gone', 10, 20)] }))).toEqual([
      ['start start', 'converged', s(3), 100_000],
      ['fault gone', 'held', undefined, undefined],
      ['fault-end gone', 'not-converged', undefined, undefined],
    ]);
  });

  it('is not of a fault that was taken back because the load was over', () => {
    expect(toldOf(evidence([at(-5, true)], { faults: [fault('gone', 10, 60)] })).map(([event]) => event)).toEqual([
      'start start',
      'fault gone',
    ]);
  });

  it('is of no fault that was not in force, and of no condition that was not looked at', () => {
    const failed = { ...fault('gone', 10), startUs: undefined };
    expect(toldOf(evidence([at(-5, true)], { faults: [failed], firstStartUs: undefined }))).toEqual([]);
    expect(toldOf(evidence([], { faults: [fault('gone', 10)] }))).toEqual([]);
  });

  it('of any changes and events ends within its event, and says held only where nothing changed', () => {
    const times = fc.array(fc.nat(50_000), { maxLength: 12 });
    fc.assert(
      fc.property(times, fc.array(fc.nat(50_000), { maxLength: 4 }), fc.boolean(), (moments, asked, first) => {
        const changes = [...new Set(moments)]
          .sort((a, b) => a - b)
          .map((ms, index) => at(ms / 1000, (index % 2 === 0) === first, ms / 1000 - 0.05));
        const faults = [...new Set(asked)].map((ms, index) => fault(`f${index}`, ms / 1000));
        const given = evidence(changes, { faults });
        for (const { fromUs, untilUs, state, tookUs = 0, uncertaintyUs = 0 } of convergencesOf(given)) {
          const within = changes.filter(({ atUs }) => atUs > fromUs && atUs < untilUs);
          const last = changes.findLast(({ atUs }) => atUs < untilUs && (atUs > fromUs || within.length === 0));
          expect(state === 'not-converged').toBe(last?.holds === false);
          if (state === 'held') expect(within).toEqual([]);
          if (state === 'converged') expect(fromUs + tookUs).toBe(within.at(-1)?.atUs);
          expect(fromUs + tookUs).toBeLessThanOrEqual(untilUs);
          expect(uncertaintyUs).toBeLessThanOrEqual(tookUs);
        }
      }),
    );
  });
});

it('changes of a condition are told once each, with the last reason why it does not hold', () => {
  const again = { ...at(60, false, 60), said: 'node-2: status 500' };
  expect(conditionOutcomes(evidence([at(1, true), at(9, false, 8.9), again]))).toEqual([
    {
      name: 'agreed',
      changes: [
        { atUs: s(1), holds: true, said: 'yes', uncertaintyUs: 0 },
        { atUs: s(9), holds: false, said: 'node-2: status 500', uncertaintyUs: 100_000 },
      ],
    },
  ]);
});

it('a role is had from each change to the next', () => {
  const role = (atS: number, targets: string[]) => ({ kind: 'role', role: 'leader', atUs: s(atS), targets }) as const;
  expect(roleOutcomes(['leader', 'witness'], [role(1, ['a']), role(10, []), role(11, ['b'])], s(20))).toEqual([
    {
      role: 'leader',
      spans: [
        { fromUs: s(1), toUs: s(10), targets: ['a'] },
        { fromUs: s(10), toUs: s(11), targets: [] },
        { fromUs: s(11), toUs: s(20), targets: ['b'] },
      ],
    },
  ]);
});

describe('a rule about convergence', () => {
  const changes = [at(-5, false), at(-2, true, -2.1), at(10.3, false, 10.2), at(12, true, 11.6), at(24.1, false, 24)];
  const convergences = convergencesOf(evidence(changes, { faults: [fault('gone', 10, 24)], endUs: s(30) }));
  const judged = (text: string) => {
    const rule = parseSlo(text, undefined);
    if (!rule) throw new Error(`no rule: ${text}`);
    const [outcome] = judgeConverged([rule], convergences);
    return [outcome?.outcome, outcome?.observed];
  };
  it.each([
    ['converged(agreed, after start) < 5s', 'pass', 'agreed in 3 s after the start'],
    ['converged(agreed after start) < 2s', 'fail', 'agreed in 3 s after the start'],
    ['converged(after start) < 2950ms', 'cannot-tell', 'agreed in 3 s after the start, perhaps 100 ms sooner'],
    ['converged(agreed, after gone) <= 2s', 'pass', 'agreed in 2 s after gone'],
    ['converged(agreed, after gone) < 1.7s', 'cannot-tell', 'agreed in 2 s after gone, perhaps 400 ms sooner'],
    [
      'converged(agreed, after end of gone) < 5s',
      'fail',
      'agreed did not hold for the 6 s that it was looked at after the end of gone',
    ],
    [
      'converged(agreed) < 10s',
      'cannot-tell',
      'agreed did not hold for the 6 s that it was looked at after the end of gone',
    ],
    ['converged < 4s', 'fail', 'agreed did not hold for the 6 s that it was looked at after the end of gone'],
    ['converged(other) < 4s', 'no-data', 'no such event was seen'],
  ])('%s: %s', (text, outcome, observed) => {
    expect(judged(text)).toEqual([outcome, observed]);
  });
});

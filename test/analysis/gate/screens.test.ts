import { describe, expect, it } from 'vitest';
import { screenRounds } from '../../../src/analysis/gate/screens.ts';
import { gateVerdict } from '../../../src/analysis/gate/verdict.ts';
import type { ArmStep } from '../../../src/model/comparison.ts';
import type { TrialRound } from '../../../src/model/gate-input.ts';
import { gateArms } from '../../../src/model/gate-terms.ts';
import { armRun, gateInput, gateRounds } from '../../helpers/trial-rounds.ts';

const settings = { minWindows: 20 };

/** Eight rounds of which the candidate's first `broken` have these parts. */
function broken(count: number, change: Partial<ArmStep>): TrialRound[] {
  return gateRounds(8, {}, (round, arm) => (arm === 'candidate' && round < count ? change : {}));
}

function codes(rounds: readonly TrialRound[]) {
  const { setAside, invalid } = screenRounds(rounds, gateArms, settings);
  return { setAside: [...new Set(setAside.map(({ code }) => code))], invalid: invalid.map(({ code }) => code) };
}

const counts = { planned: 12_000, completed: 12_000, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
const inFlight = { mean: 2, ofStep: 2, expected: 2, atEnd: 2 };
const windows = (length: number, disturbed: number) =>
  Array.from({ length }, (_, index) => ({ p99Us: 2000, isDisturbed: index < disturbed }));

describe.each<[string, Partial<ArmStep>]>([
  ['schedule', { lagP99Us: 1500 }],
  ['schedule', { counts: { ...counts, completed: 11_000, unfinished: 1000 } }],
  ['littles-law', { inFlight: { ...inFlight, expected: 2.1 } }],
  ['thin-tail', { windows: windows(19, 0) }],
  ['thin-tail', { windows: windows(24, 5) }],
  ['thin-tail', { windows: windows(60, 0) }],
])('a round that breaks the screen %s with %j', (code, change) => {
  it('is set aside', () => {
    expect(codes(broken(2, change))).toEqual({ setAside: [code], invalid: [] });
    expect(screenRounds(broken(2, change), gateArms, settings).used).toHaveLength(6);
  });

  it('makes the comparison invalid when it is not alone', () => {
    expect(codes(broken(3, change)).invalid).toEqual(['rounds-set-aside']);
    expect(gateVerdict(gateInput(broken(3, change)))).toMatchObject({ verdict: 'invalid', isFinal: true });
  });
});

describe('healthy rounds', () => {
  it('are all used', () => {
    expect(codes(gateRounds(8))).toEqual({ setAside: [], invalid: [] });
    expect(codes(broken(8, { inFlight: { ...inFlight, expected: 2.03 } })).setAside).toEqual([]);
  });

  it('need no mean over time of what was in flight', () => {
    expect(codes(broken(8, { inFlight: { mean: 1, atEnd: 3 } })).setAside).toEqual([]);
  });
});

describe('the comparison is invalid', () => {
  it('when sums do not add up, even once', () => {
    expect(codes(broken(1, { counts: { ...counts, completed: 11_999 } })).invalid).toContain('accounting');
  });

  it('when an arm is missing or measured other steps', () => {
    const [first, ...others] = gateRounds(8);
    const without = { ...first!, arms: { baseline: first!.arms['baseline']! } };
    expect(codes([without, ...others]).invalid).toEqual(['missing-arm']);
    const fewer = {
      ...first!,
      arms: { ...first!.arms, candidate: { invalid: [], steps: armRun(2000, 4000).steps.slice(1) } },
    };
    expect(codes([fewer, ...others]).invalid).toEqual(['unlike-steps']);
  });

  it('when a step is asked for that does not exist', () => {
    const verdict = gateVerdict(gateInput(gateRounds(8), { steps: ['low', 'highest'] }));
    expect(verdict).toMatchObject({ verdict: 'invalid', invalid: [{ code: 'missing-step', step: 'highest' }] });
  });

  it('when the arms answer otherwise', () => {
    const failing = { counts: { ...counts, completed: 11_760, failed: 240 } };
    expect(codes(broken(8, failing)).invalid).toEqual(['other-work']);
  });

  it('when runs were invalid in themselves', () => {
    const rounds = gateRounds(4).map((round) => ({
      ...round,
      arms: {
        ...round.arms,
        baseline: { invalid: [{ code: 'incomplete', message: 'the run is not complete' }], steps: [] },
      },
    }));
    expect(codes(rounds)).toEqual({ setAside: ['incomplete'], invalid: ['rounds-set-aside'] });
  });
});

it('cannot tell on a machine that others use most of the time', () => {
  const noisy = gateRounds(8, {}, () => ({ windows: windows(60, 30) }));
  expect(gateVerdict(gateInput(noisy))).toMatchObject({ verdict: 'cannot-tell', isNoisy: true });
});

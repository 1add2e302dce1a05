import { expect, it } from 'vitest';
import { roundsToNextLook, trialRounds } from '../../../src/analysis/gate/rounds.ts';
import type { ArmRun, Comparison } from '../../../src/model/comparison.ts';

const arms = ['baseline', 'candidate'];
const broken = [{ code: 'lag', message: 'late' }];

function runsOf(...runs: Pick<ArmRun, 'round' | 'variant' | 'position' | 'attempt' | 'invalid'>[]): Comparison {
  const full = runs.map((run) => ({ ...run, directory: '', startedAt: '', tookMs: 1, steps: [] }));
  return { runs: full } as unknown as Comparison;
}

it('makes a round of the valid runs of both arms, in the order they ran', () => {
  const rounds = trialRounds(
    runsOf(
      { round: 2, variant: 'candidate', position: 0, attempt: 1, invalid: broken },
      { round: 2, variant: 'candidate', position: 0, attempt: 2, invalid: [] },
      { round: 2, variant: 'baseline', position: 1, attempt: 1, invalid: [] },
    ),
    arms,
    3,
  );
  expect(rounds.map(({ index, order }) => ({ index, order }))).toEqual([
    { index: 1, order: ['candidate', 'baseline'] },
  ]);
  expect(rounds[0]?.arms['candidate']?.invalid).toEqual([]);
});

it('counts a round whose arm is still to be repeated as none, and as an invalid one when no attempt is left', () => {
  const failed = (attempt: number) => ({ round: 1, variant: 'baseline', position: 0, attempt, invalid: broken });
  const other = { round: 1, variant: 'candidate', position: 1, attempt: 1, invalid: [] };
  expect(trialRounds(runsOf(failed(1), failed(2), other), arms, 3)).toEqual([]);
  const [round] = trialRounds(runsOf(failed(1), failed(2), failed(3), other), arms, 3);
  expect(round?.arms['baseline']?.invalid).toEqual(broken);
});

it('asks for rounds in place of those that were set aside, and for none after the last look', () => {
  expect(roundsToNextLook([8, 12], { finishedRounds: 0, usedRounds: 0 })).toBe(8);
  expect(roundsToNextLook([8, 12], { finishedRounds: 8, usedRounds: 7 })).toBe(9);
  expect(roundsToNextLook([8, 12], { finishedRounds: 9, usedRounds: 8 })).toBe(13);
  expect(roundsToNextLook([8, 12], { finishedRounds: 13, usedRounds: 12 })).toBeUndefined();
});

it('remembers the runs that were cut off, also where a repeated one went well', () => {
  const cut = [{ code: 'incomplete', message: 'the run is not complete' }];
  const run = { round: 1, variant: 'candidate', position: 0 };
  const other = { round: 1, variant: 'baseline', position: 1, attempt: 1, invalid: [] };
  const [round] = trialRounds(
    runsOf(
      { ...run, attempt: 1, invalid: cut },
      { ...run, attempt: 2, invalid: broken },
      { ...run, attempt: 3, invalid: [] },
      other,
    ),
    arms,
    3,
  );
  expect(round?.arms['candidate']).toMatchObject({ invalid: [], cutOff: 1 });
  expect(round?.arms['baseline']).not.toHaveProperty('cutOff');
});

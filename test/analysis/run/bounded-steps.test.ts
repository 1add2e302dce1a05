import { expect, it } from 'vitest';
import { boundedSteps } from '../../../src/analysis/run/bounded-steps.ts';
import type { StepResult } from '../../../src/model/run-result.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const stat = { mean: 1, min: 1, max: 1, last: 1 };
const site = { target: 'api', reason: 'select', site: 'main.wait', frames: ['main.wait'], max: 9 };

function stepsOf(count: number): StepResult[] {
  const [like] = sampleResult().steps;
  if (!like) throw new Error('the sample has no step');
  const { gc: _, ...rest } = like;
  return Array.from({ length: count }, (__, at) => ({
    ...rest,
    name: `step ${at}`,
    targets: { generator: { 'load.sent_rps': stat }, api: { 'go.threads': stat, 'go.goroutines': stat } },
    goroutines: Array.from({ length: 8 }, (___, place) => ({ ...site, mean: 8 - place })),
  }));
}

const wholeOnes = (steps: readonly StepResult[]) => steps.filter(({ leftOut }) => !leftOut).map(({ name }) => name);

it('keeps all of every step that a result can carry', () => {
  const steps = stepsOf(16);
  expect(boundedSteps(steps, new Set())).toEqual(steps);
});

it('keeps all of the steps that are told of, of both ends and of some between, and says what the others lack', () => {
  const bounded = boundedSteps(stepsOf(16), new Set(['step 11']), 16 * 2180 + 5 * 1630);
  expect(wholeOnes(bounded)).toEqual(['step 0', 'step 4', 'step 8', 'step 11', 'step 15']);
  expect(bounded[3]).toMatchObject({ targets: { generator: {} }, leftOut: { series: 2, stacks: 3 } });
  expect(Object.keys(bounded[3]?.targets ?? {})).toEqual(['generator']);
  expect(bounded[3]?.goroutines.map(({ mean }) => mean)).toEqual([8, 7, 6, 5, 4]);
});

it('keeps what is of the run itself, however little place there is', () => {
  const bounded = boundedSteps(stepsOf(4), new Set(), 1);
  expect(wholeOnes(bounded)).toEqual([]);
  expect(bounded.map(({ load, responseUs }) => ({ load, responseUs }))).toEqual(
    stepsOf(4).map(({ load, responseUs }) => ({ load, responseUs })),
  );
});

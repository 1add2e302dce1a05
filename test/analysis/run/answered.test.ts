import { expect, test } from 'vitest';
import { answeredText } from '../../../src/analysis/run/answered.ts';
import { sampleResult } from '../../golden/sample-result.ts';

function textOf(load: { readonly plannedRps: number; readonly completed: number; readonly completedRps: number }) {
  const step = sampleResult().steps[1]!;
  return answeredText({ load: { ...step.load, ...load }, durationUs: 10e6 });
}

test('answers to arrivals of a step that came only after it are told apart from those that came within it', () => {
  expect(textOf({ plannedRps: 3000, completed: 29_205, completedRps: 1959 })).toBe(
    '1,959/s answered within the step, at least 962/s more only after it',
  );
});

test('what was under way at the edge of a step is no such answer', () => {
  expect(textOf({ plannedRps: 1000, completed: 10_000, completedRps: 998 })).toBe('998/s answered');
  expect(textOf({ plannedRps: 1000, completed: 5000, completedRps: 510 })).toBe('510/s answered');
});

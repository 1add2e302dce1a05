import { expect, it } from 'vitest';
import { judgeComparison } from '../../src/analysis/compare/judgement.ts';
import { comparisonExitCode } from '../../src/experiments/finish.ts';
import { type MadeVariant, madeComparison } from '../helpers/comparison.ts';

const slow: MadeVariant = { name: 'slow', p99Us: 10_000 };
const quick: MadeVariant = { name: 'quick', p99Us: 5000 };

function codeOf(variants: readonly MadeVariant[], expected?: string, rounds = 8) {
  const comparison = madeComparison(variants, rounds);
  return comparisonExitCode({ ...comparison, judgement: judgeComparison(comparison) }, expected);
}

it('is 0 for a comparison that was judged, whatever it shows', () => {
  expect(codeOf([slow, quick])).toBe(0);
  expect(codeOf([slow, { ...slow, name: 'same' }])).toBe(0);
});

it('says whether the expected variant is the best', () => {
  expect(codeOf([slow, quick], 'quick')).toBe(0);
  expect(codeOf([slow, quick], 'slow')).toBe(1);
  expect(codeOf([slow, { ...slow, name: 'same' }], 'same')).toBe(5);
});

it('is 5 for too few rounds, and 4 for too few valid runs', () => {
  expect(codeOf([slow, quick], undefined, 5)).toBe(5);
  const comparison = madeComparison([slow, quick]);
  const runs = comparison.runs.map((run) => ({ ...run, invalid: [{ code: 'generator-late', message: 'late' }] }));
  const judgement = judgeComparison({ ...comparison, runs });
  expect(comparisonExitCode({ ...comparison, judgement }, undefined)).toBe(4);
});

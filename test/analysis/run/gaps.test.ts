/** Gaps of a run as its result tells them. */
import { expect, it } from 'vitest';
import { mergeGaps, unseenWarnings } from '../../../src/analysis/run/gaps.ts';
import type { Gap } from '../../../src/model/sample.ts';

const gap = (atUs: number, change: Partial<Gap> = {}): Gap => ({
  kind: 'gap',
  atUs,
  target: 'all',
  source: 'ends and restarts',
  message: 'pods were not followed: it is away',
  ...change,
});

it('counts moments with one message, and has each stretch of time once', () => {
  const look = { target: 'api-1', source: 'metrics', message: 'no answer' };
  expect(
    mergeGaps([gap(1, look), gap(5e6), gap(9, look), gap(5e6, { untilUs: 7e6 }), gap(9e6, { untilUs: 11e6 })]),
  ).toEqual([
    { atUs: 1, ...look, count: 2 },
    { atUs: 5e6, untilUs: 7e6, target: 'all', source: 'ends and restarts', message: gap(0).message, count: 1 },
    { atUs: 9e6, untilUs: 11e6, target: 'all', source: 'ends and restarts', message: gap(0).message, count: 1 },
  ]);
});

it('warns once of each stretch of time in which ends and restarts went unseen, with its first reason', () => {
  const nodes = 'nodes were not followed: it is away';
  const warnings = unseenWarnings([
    gap(5e6),
    gap(6e6, { untilUs: 20e6, message: nodes }),
    gap(5e6, { untilUs: 7e6 }),
    gap(40e6),
  ]);
  const told =
    'ends and restarts of all targets may have gone unseen, several may be told as one, and what was told at its end may have been before (pods were not followed: it is away)';
  expect(warnings).toEqual([`from 5.0 s to 20.0 s ${told}`, `from 40.0 s on ${told}`]);
});

it('warns of lines that may be missing, with the targets that printed them', () => {
  const of = (target: string) => gap(5e6, { untilUs: 7e6, target, source: 'lines', message: 'its log was rotated' });
  expect(unseenWarnings(['api-1', 'api-2', 'api-3', 'db-1', 'db-2'].map(of))).toEqual([
    'from 5.0 s to 7.0 s lines that api-1, api-2, api-3 and 2 more printed may be missing (its log was rotated)',
  ]);
});

it('warns of no look that failed', () => {
  expect(unseenWarnings([gap(1, { target: 'api-1', source: 'metrics' })])).toEqual([]);
});

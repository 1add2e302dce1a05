import { describe, expect, it } from 'vitest';
import { associatedSeries } from '../../../src/analysis/rounds/associated-series.ts';
import type { ArmStep } from '../../../src/model/comparison.ts';
import { armStep } from '../../helpers/trial-rounds.ts';

type Seen = Pick<ArmStep, 'series' | 'places'>;

/** What differs in five rounds of two steps that show this of each arm. */
function associated(baseline: (round: number) => Seen[], candidate: (round: number) => Seen[]) {
  const steps = ['low', 'high'];
  const arm = (seen: Seen[]) => ({ steps: seen.map((each, at) => armStep(steps[at] ?? '', 100, 2000, each)) });
  const rounds = [1, 2, 3, 4, 5].map(
    (round) =>
      new Map([
        ['baseline', arm(baseline(round))],
        ['candidate', arm(candidate(round))],
      ]),
  );
  return associatedSeries(rounds, 'baseline', ['candidate'], steps);
}

const site = 'api goroutines in chan send at shop.publish';

describe('a place in the code that one arm does not tell', () => {
  const told = (round: number): Seen[] => [{ series: { [site]: 30 + round } }];
  const untold = (most: Record<string, number>, values: Record<string, number> = {}) => [{ places: { values, most } }];

  it('counts as zero where all places are told', () => {
    expect(associated(() => untold({ 'api goroutines': 0 }), told)).toMatchObject([
      { series: site, unit: 'goroutines', before: 0, after: 33 },
    ]);
  });

  it('counts as much as it may be at most where the list was full, and as no more than in the other arm', () => {
    expect(associated(told, () => untold({ 'api goroutines': 20 }))).toMatchObject([{ before: 33, after: 20 }]);
    expect(associated(told, () => untold({ 'api goroutines': 900 }))).toEqual([]);
  });

  it('has its value among those beside the list', () => {
    expect(associated(told, () => untold({ 'api goroutines': 1 }, { [site]: 22 }))).toMatchObject([
      { before: 33, after: 22 },
    ]);
  });

  it('is not known where nobody looked, and in runs of older versions', () => {
    expect(associated(told, () => untold({ 'api CPU': 0, 'web goroutines': 0 }))).toEqual([]);
    expect(associated(told, () => [{ series: {} }])).toEqual([]);
  });
});

it('takes the mean over the steps in which both arms have a series', () => {
  const both = (round: number): Seen[] => [{ series: { 'api go.threads': 8 + round / 100 } }];
  const heavy = { series: { 'api go.threads': 90 } };
  expect(associated((round) => [...both(round), heavy], both)).toEqual([]);
});

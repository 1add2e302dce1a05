import { describe, expect, it } from 'vitest';
import { associatedSeries } from '../../../src/analysis/rounds/associated-series.ts';
import { explanationOf } from '../../../src/analysis/rounds/explanation.ts';
import { armStep } from '../../helpers/trial-rounds.ts';

function moved(series: string, before: number, after: number, unit = '') {
  return { variant: 'candidate', series, unit, before, after, q: 0.01 };
}

describe('an explanation', () => {
  it('puts what moved in the order of cause, with users last', () => {
    const found = explanationOf(
      [
        moved('gate goroutines.total', 20, 80, 'goroutines'),
        moved('books goroutines in sync.Mutex.Lock at books.(*Ledger).Post', 2, 33, 'goroutines'),
        moved('books lock-wait us per answer behind books.(*Ledger).Post', 400, 9000, 'us'),
      ],
      'response p99 +36 %',
    );
    expect(found?.links.map(({ text }) => text)).toEqual([
      'books: lock-wait us per answer behind books.(*Ledger).Post 400 to 9,000 (+2,150 %)',
      'books: goroutines in sync.Mutex.Lock at books.(*Ledger).Post 2 to 33 (+1,550 %)',
      'gate: goroutines 20 to 80 (+300 %)',
      'response p99 +36 %',
    ]);
  });

  it.each([
    ['only what follows from something', [moved('gate goroutines.total', 20, 80)]],
    ['series that have no place in a chain', [moved('gate container.memory_mib', 20, 80)]],
    ['changes too small to explain anything', [moved('gate sched.runqueue', 1, 1.02)]],
    ['nothing', []],
  ])('is not made of %s', (_, series) => {
    expect(explanationOf(series, 'response p99 +1 %')).toBeUndefined();
  });
});

it('a place in the code where the baseline had nothing counts as zero there', () => {
  const site = 'api goroutines in chan send at shop.publish';
  const rounds = [1, 2, 3, 4, 5].map(
    (round) =>
      new Map([
        ['baseline', { steps: [armStep('low', 100, 2000, { series: { 'api go.threads': 8 } })] }],
        ['candidate', { steps: [armStep('low', 100, 2000, { series: { 'api go.threads': 8, [site]: 30 + round } })] }],
      ]),
  );
  expect(associatedSeries(rounds, 'baseline', ['candidate'], ['low'])).toMatchObject([
    { series: site, unit: 'goroutines', before: 0, after: 33 },
  ]);
});

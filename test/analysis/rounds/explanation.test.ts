import { describe, expect, it } from 'vitest';
import { explanationOf } from '../../../src/analysis/rounds/explanation.ts';

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

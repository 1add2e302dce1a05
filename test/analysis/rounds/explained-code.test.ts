import { expect, it } from 'vitest';
import { explanationOf } from '../../../src/analysis/rounds/explanation.ts';
import { madeCode } from '../../helpers/code-changes.ts';

const moved = (series: string, before: number, after: number) => ({
  variant: 'b',
  series,
  unit: 'us',
  before,
  after,
  q: 0,
});
const series = [
  moved('shop CPU us per answer in web.render', 60, 150),
  moved('shop goroutines in sync.Mutex.Lock at store.Get', 1, 4),
];

it('has the function that profile rounds named in the place of the work, and not another that a series names', () => {
  const { functions } = madeCode();
  const texts = explanationOf(series, 'response p99 +30 %', functions)?.links.map(({ text }) => text);
  expect(texts?.[0]).toMatch(/^shop: <audit>\.Log \+\d+/);
  expect(texts?.join()).not.toContain('web.render');
  expect(texts?.slice(1)).toEqual([expect.stringContaining('store.Get'), 'response p99 +30 %']);
});

it('begins with that function where no series has a place before the last', () => {
  expect(explanationOf([], 'response p99 +30 %', madeCode().functions)?.links).toHaveLength(2);
  expect(explanationOf([], 'response p99 +30 %', [])).toBeUndefined();
});

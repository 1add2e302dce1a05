/** What is piped has the signs that people type into grep, and columns that stay columns. */
import { expect, it } from 'vitest';
import { searchable } from '../../../src/commands/shell/searchable.ts';

it.each([
  ['13.2 ms  −46.3 % (−59.5 to −28.7)  better', '13.2 ms  -46.3% (-59.5 to -28.7)  better'],
  ['tolerance 5 %; detect 20 %', 'tolerance 5%; detect 20%'],
  ['grew by +12.3 %\n', 'grew by +12.3%\n'],
  ['a word % of it, 100% and x %', 'a word % of it, 100% and x %'],
])('%j', (text, expected) => {
  expect(searchable(text)).toBe(expected);
});

it('leaves what stands in a column behind where it was', () => {
  const rows = ['share   rest', ' 5 %    1', '12 %    2'];
  const moved = searchable(rows.join('\n')).split('\n');
  expect(moved).toEqual(['share   rest', ' 5%     1', '12%     2']);
});

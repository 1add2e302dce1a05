/** Rows of cells as lines whose columns stand under each other. */
import { expect, it } from 'vitest';
import { alignedRows, columnWidths, paddedCells } from '../../../src/report/words/aligned-rows.ts';

const rows = [
  ['step', 'p99', ''],
  ['warm-up', '1', 'slow'],
];

it('has columns as wide as their widest cell, and no blanks at the ends of lines', () => {
  expect(columnWidths(rows)).toEqual([7, 3, 4]);
  expect(alignedRows(rows)).toEqual(['step     p99', 'warm-up  1    slow']);
  expect(alignedRows(rows, 2)).toEqual(['   step  p99', 'warm-up    1  slow']);
});

it('has numbers flush right where it is told to', () => {
  expect(paddedCells(['a', '1'], [3, 3], (column) => column === 1)).toEqual(['a  ', '  1']);
});

it('a row may be shorter than the first', () => {
  expect(alignedRows([['a', 'bb'], ['c']])).toEqual(['a  bb', 'c']);
});

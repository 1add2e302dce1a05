import { expect, it } from 'vitest';
import type { El } from '../../../../src/report/html/client/browser.ts';
import { sortTables } from '../../../../src/report/html/client/sort-tables.ts';
import { elementMaker } from '../../../../src/report/html/client/tools.ts';
import { FakeElement } from './fake-page.ts';

const make = elementMaker({ createElement: (tag: string) => new FakeElement(tag) } as never);

/** The names in the second column after a click on the head of this one. */
function sorted(column: number, rows: readonly (readonly [text: string, name: string, value?: number])[]) {
  const row = ([text, name, value]: (typeof rows)[number]) => {
    const cells = [make('td', {}, text), make('td', {}, name)] as const;
    if (value !== undefined) Object.assign(cells[0].dataset, { value: String(value) });
    return make('tr', {}, ...cells);
  };
  const heads = [make('th', {}, 'flat'), make('th', {}, 'function')];
  const table = make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...heads)),
    make('tbody', {}, ...rows.map(row)),
  ) as unknown as FakeElement;
  sortTables([table as unknown as El], make);
  table.querySelectorAll('button')[column]?.fire('click');
  const [, ...body] = table.querySelectorAll('tr');
  return {
    names: body.map((each) => each.querySelectorAll('td')[1]?.textContent),
    said: (heads[column] as unknown as FakeElement).attributes['aria-sort'],
  };
}

it('sorts what has a unit by its value, not by the digits before the unit', () => {
  const rows = [
    ['850 us', 'b', 850_000],
    ['1.2 ms', 'a', 1_200_000],
    ['−3 ms', 'd', -3_000_000],
    ['40 ns', 'c', 40],
  ] as const;
  expect(sorted(0, rows)).toEqual({ names: ['a', 'b', 'c', 'd'], said: 'descending' });
});

it('puts what is no number behind what is, and keeps the order of equals', () => {
  const rows = [
    ['–', 'd'],
    ['2.0 %', 'b'],
    ['', 'e'],
    ['2.0 %', 'c'],
    ['1,100', 'a'],
  ] as const;
  expect(sorted(0, rows).names.slice(0, 3)).toEqual(['a', 'b', 'c']);
});

it('sorts names from the first', () => {
  const rows = [
    ['1', 'b'],
    ['2', 'a'],
    ['3', 'b'],
  ] as const;
  expect(sorted(1, rows)).toEqual({ names: ['a', 'b', 'b'], said: 'ascending' });
});

import { expect, test } from 'vitest';
import { readAhead } from '../../src/model/read-ahead.ts';

/** What was begun and not yet handed out, at each hand-out. */
async function openAt(items: readonly number[], count: number) {
  let begun = 0;
  const open: [result: number, begun: number][] = [];
  const begin = async (item: number) => {
    begun += 1;
    return item * 10;
  };
  for await (const result of readAhead(items, count, begin)) open.push([result, begun]);
  return open;
}

test('results come in the order of the items, and only so many are begun before they are asked for', async () => {
  expect(await openAt([1, 2, 3, 4], 2)).toEqual([
    [10, 2],
    [20, 3],
    [30, 4],
    [40, 4],
  ]);
  expect(await openAt([], 2)).toEqual([]);
  expect(await openAt([1], 4)).toEqual([[10, 1]]);
});

test('a failure ends it in its turn, and a later one that nobody asks for harms nobody', async () => {
  const found: number[] = [];
  const begin = async (item: number) => {
    if (item > 1) throw new Error(`no ${item}`);
    return item;
  };
  await expect(async () => {
    for await (const each of readAhead([1, 2, 3], 3, begin)) found.push(each);
  }).rejects.toThrow('no 2');
  expect(found).toEqual([1]);
});

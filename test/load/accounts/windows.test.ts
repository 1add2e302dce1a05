import { expect, it } from 'vitest';
import { newWindowBook } from '../../../src/load/accounts/windows.ts';
import { decodeHistogram } from '../../../src/model/histogram.ts';
import type { LoadWindow } from '../../../src/model/load.ts';

async function flushed(book: ReturnType<typeof newWindowBook>): Promise<LoadWindow[]> {
  const windows: LoadWindow[] = [];
  await book.flush((window) => windows.push(window));
  return windows;
}

const outcomesOf = ({ planned, completed, failed, timedOut, dropped, unfinished }: LoadWindow) => [
  planned,
  completed,
  failed,
  timedOut,
  dropped,
  unfinished,
];

it('keeps the arrivals of each second and step apart', async () => {
  const book = newWindowBook();
  for (const [step, dueUs] of [
    [0, 999_999],
    [0, 1_000_000],
    [1, 1_000_000],
    [1, 1_999_999],
  ] as const)
    book.plan(step, dueUs);
  const windows = await flushed(book);
  expect(windows.map(({ step, dueUs, planned }) => [step, dueUs, planned])).toEqual([
    [0, 0, 1],
    [0, 1_000_000, 1],
    [1, 1_000_000, 2],
  ]);
});

it('hands out only what is new, and writes late outcomes to the second their arrival was due in', async () => {
  const book = newWindowBook();
  const window = book.plan(2, 3_100_000);
  book.recordLag(window, 40);
  expect((await flushed(book)).map(outcomesOf)).toEqual([[1, 0, 0, 0, 0, 0]]);
  expect(await flushed(book)).toEqual([]);
  book.plan(2, 8_000_000);
  book.end(window, 'failed', { responseUs: 5_000_000, serviceUs: 4_000_000, error: 'status 500' });
  const late = (await flushed(book)).find(({ dueUs }) => dueUs === 3_000_000)!;
  expect(outcomesOf(late)).toEqual([0, 0, 1, 0, 0, 0]);
  expect(late.errors).toEqual({ 'status 500': 1 });
  expect([late.response, late.service, late.lag].map((text) => decodeHistogram(text).totalCount)).toEqual([1, 1, 0]);
});

it('does not mix what ends while a flush is being encoded into that flush, nor lose it', async () => {
  const book = newWindowBook();
  const window = book.plan(0, 0);
  book.end(window, 'completed', { responseUs: 10, serviceUs: 10 });
  const first: LoadWindow[] = [];
  const flushing = book.flush((each) => first.push(each));
  book.plan(0, 1);
  book.end(window, 'completed', { responseUs: 20, serviceUs: 20 });
  await flushing;
  expect(first.map(({ response }) => decodeHistogram(response).maxValue)).toEqual([10]);
  expect((await flushed(book)).map(({ response }) => decodeHistogram(response).maxValue)).toEqual([20]);
});

it('records what is longer than the longest latency as that, and what is negative as nothing', async () => {
  const book = newWindowBook();
  const window = book.plan(0, 0);
  book.recordLag(window, -3);
  book.end(window, 'timedOut', { responseUs: 9e12 });
  const [only] = await flushed(book);
  expect(decodeHistogram(only!.lag).maxValue).toBe(0);
  expect(decodeHistogram(only!.response).totalCount).toBe(1);
});

it('keeps several requests apart, and says nothing of requests where there is one', async () => {
  const book = newWindowBook([{ name: 'list' }, { name: 'cart' }]);
  const listed = book.plan(0, 0, 0);
  const carted = book.plan(0, 1, 1);
  book.end(listed, 'completed', { responseUs: 10, serviceUs: 5 }, 0);
  book.end(carted, 'timedOut', { responseUs: 900 }, 1);
  const [window] = await flushed(book);
  const seen = window!.requests!.map(({ name, planned, completed, timedOut, response, service }) => [
    ...[name, planned, completed, timedOut],
    ...[response, service].map((text) => decodeHistogram(text).maxValue),
  ]);
  expect(seen).toEqual([
    ['list', 1, 1, 0, 10, 5],
    ['cart', 1, 0, 1, 900, 0],
  ]);
  const single = newWindowBook([{ name: '' }]);
  single.end(single.plan(0, 0), 'completed', { responseUs: 1 });
  expect((await flushed(single))[0]).not.toHaveProperty('requests');
});

it('hands out the phases there were, connections with the last arrival planned', async () => {
  const book = newWindowBook();
  book.recordOpened(1, 2);
  const window = book.plan(0, 0);
  book.plan(1, 1_000_000);
  book.recordOpened(70, undefined);
  book.recordPhase(window, 'firstByte', 300);
  const phases = (await flushed(book)).map((each) =>
    Object.fromEntries(
      Object.entries(each.phases ?? {}).map(([phase, text]) => [phase, decodeHistogram(text).maxValue]),
    ),
  );
  expect(phases).toEqual([{ firstByte: 300 }, { connect: 70 }]);
});

import { expect, it } from 'vitest';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { decodeHistogram } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadWindow } from '../../../src/model/load.ts';

async function flushed(windows: Windows): Promise<LoadWindow[]> {
  const told: LoadWindow[] = [];
  await windows.flush((message) => message.kind === 'window' && told.push(message));
  return told;
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
  const windows = new Windows();
  for (const [step, dueUs] of [
    [0, 999_999],
    [0, 1_000_000],
    [1, 1_000_000],
    [1, 1_999_999],
  ] as const)
    windows.plan(step, dueUs);
  const told = await flushed(windows);
  expect(told.map(({ step, dueUs, planned }) => [step, dueUs, planned])).toEqual([
    [0, 0, 1],
    [0, 1_000_000, 1],
    [1, 1_000_000, 2],
  ]);
});

it('hands out only what is new, and writes late outcomes to the second their arrival was due in', async () => {
  const windows = new Windows();
  const window = windows.plan(2, 3_100_000);
  windows.recordLag(window, 40);
  expect((await flushed(windows)).map(outcomesOf)).toEqual([[1, 0, 0, 0, 0, 0]]);
  expect(await flushed(windows)).toEqual([]);
  windows.plan(2, 8_000_000);
  windows.end(window, 'failed', { dueUs: 3_100_000, responseUs: 5_000_000, serviceUs: 4_000_000, error: 'status 500' });
  const late = (await flushed(windows)).find(({ dueUs }) => dueUs === 3_000_000)!;
  expect(outcomesOf(late)).toEqual([0, 0, 1, 0, 0, 0]);
  expect(late.errors).toEqual({ 'status 500': 1 });
  expect([late.response, late.service, late.lag].map((text) => decodeHistogram(text).totalCount)).toEqual([1, 1, 0]);
});

it('tells the response times of arrivals without a good answer once more, by themselves', async () => {
  const names = { requests: [{ name: 'list' }, { name: 'add' }], flows: [] };
  const windows = new Windows(names);
  const window = windows.plan(0, 0);
  windows.end(window, 'completed', { dueUs: 0, responseUs: 10 }, 0);
  expect((await flushed(windows))[0]).not.toHaveProperty('lost');
  for (const us of [20, 40]) windows.end(windows.plan(0, 0, 1), 'failed', { dueUs: 0, responseUs: us }, 1);
  windows.end(windows.plan(0, 0, 1), 'dropped', { dueUs: 0, responseUs: 60 }, 1);
  windows.end(windows.plan(0, 0, 1), 'unfinished', { dueUs: 0 }, 1);
  const [told] = await flushed(windows);
  const counts = [told, ...(told?.requests ?? [])].map((each) => each?.lost && decodeHistogram(each.lost).totalCount);
  expect(counts).toEqual([3, undefined, 3]);
});

it('does not mix what ends while a flush is being encoded into that flush, nor lose it', async () => {
  const windows = new Windows();
  const window = windows.plan(0, 0);
  windows.end(window, 'completed', { dueUs: 0, responseUs: 10, serviceUs: 10 });
  const first: LoadWindow[] = [];
  const flushing = windows.flush((each) => each.kind === 'window' && first.push(each));
  windows.plan(0, 1);
  windows.end(window, 'completed', { dueUs: 0, responseUs: 20, serviceUs: 20 });
  await flushing;
  expect(first.map(({ response }) => decodeHistogram(response).maxValue)).toEqual([10]);
  expect((await flushed(windows)).map(({ response }) => decodeHistogram(response).maxValue)).toEqual([20]);
});

it('records what is longer than the longest latency as that, and what is negative as nothing', async () => {
  const windows = new Windows();
  const window = windows.plan(0, 0);
  windows.recordLag(window, -3);
  windows.end(window, 'timedOut', { dueUs: 0, responseUs: 9e12 });
  const [only] = await flushed(windows);
  expect(decodeHistogram(only!.lag).maxValue).toBe(0);
  expect(decodeHistogram(only!.response).totalCount).toBe(1);
});

it('keeps several requests apart, and says nothing of requests where there is one', async () => {
  const windows = new Windows({ requests: [{ name: 'list' }, { name: 'cart' }], flows: [] });
  const listed = windows.plan(0, 0, 0);
  const carted = windows.plan(0, 1, 1);
  windows.end(listed, 'completed', { dueUs: 0, responseUs: 10, serviceUs: 5 }, 0);
  windows.end(carted, 'timedOut', { dueUs: 1, responseUs: 900 }, 1);
  const [window] = await flushed(windows);
  const seen = window!.requests!.map(({ name, planned, completed, timedOut, response, service }) => [
    ...[name, planned, completed, timedOut],
    ...[response, service].map((text) => decodeHistogram(text).maxValue),
  ]);
  expect(seen).toEqual([
    ['list', 1, 1, 0, 10, 5],
    ['cart', 1, 0, 1, 900, 0],
  ]);
  const single = new Windows({ requests: [{ name: '' }], flows: [] });
  single.end(single.plan(0, 0), 'completed', { dueUs: 0, responseUs: 1 });
  expect((await flushed(single))[0]).not.toHaveProperty('requests');
});

it('hands out the phases there were, connections with the last arrival planned', async () => {
  const windows = new Windows();
  windows.recordOpened(1, 2);
  const window = windows.plan(0, 0);
  windows.plan(1, 1_000_000);
  windows.recordOpened(70, undefined);
  windows.recordPhase(window, 'firstByte', 300);
  const phases = (await flushed(windows)).map((each) =>
    Object.fromEntries(
      Object.entries(each.phases ?? {}).map(([phase, text]) => [phase, decodeHistogram(text).maxValue]),
    ),
  );
  expect(phases).toEqual([{ firstByte: 300 }, { connect: 70 }]);
});

it('hands out the first bytes of several requests apart', async () => {
  const windows = new Windows({ requests: [{ name: 'list' }, { name: 'cart' }, { name: 'never' }], flows: [] });
  windows.endRequest(windows.plan(0, 0, 0), 'completed', { firstByteUs: 300 }, 0);
  windows.endRequest(windows.plan(0, 0, 1), 'completed', { firstByteUs: 900 }, 1);
  const [told] = await flushed(windows);
  const max = (text: string | undefined) => text && decodeHistogram(text).maxValue;
  expect(told?.requests?.map(({ name, firstByte }) => [name, max(firstByte)])).toEqual([
    ['list', 300],
    ['cart', 900],
    ['never', undefined],
  ]);
});

it('tells the greatest response of the arrivals due in each tenth of a second, whatever their outcome', async () => {
  const windows = new Windows();
  const window = windows.plan(0, 7_000_000);
  windows.end(window, 'completed', { dueUs: 7_099_999, responseUs: 400 });
  windows.end(window, 'completed', { dueUs: 7_000_000, responseUs: 300 });
  windows.end(window, 'timedOut', { dueUs: 7_950_000, responseUs: 9e12 });
  windows.end(window, 'unfinished', { dueUs: 7_500_000 });
  const none = [null, null, null, null, null, null, null, null];
  expect((await flushed(windows)).map(({ responsePeaksUs }) => responsePeaksUs)).toEqual([
    [400, ...none, 3_600_000_000],
  ]);
});

it('tells only what is new of the tenths, and nothing where no response became known', async () => {
  const windows = new Windows();
  const window = windows.plan(0, 0);
  windows.end(window, 'completed', { dueUs: 50_000, responseUs: 900 });
  await flushed(windows);
  windows.recordLag(window, 5);
  expect((await flushed(windows))[0]).not.toHaveProperty('responsePeaksUs');
  windows.end(window, 'completed', { dueUs: 150_000, responseUs: 20 });
  expect((await flushed(windows))[0]?.responsePeaksUs?.slice(0, 3)).toEqual([null, 20, null]);
});

it('takes an arrival that was sent a little before its second for one of its first tenth', async () => {
  const windows = new Windows();
  windows.end(windows.plan(0, 2_000_000), 'completed', { dueUs: 1_999_990, responseUs: 70 });
  expect((await flushed(windows))[0]?.responsePeaksUs?.[0]).toBe(70);
});

it('puts outcomes into bins by due time where it is asked to, an arrival that was sent early as well', async () => {
  const windows = new Windows(undefined, 20_000);
  const window = windows.plan(0, 1_000_000);
  for (const dueUs of [999_999, 1_000_000, 1_019_999, 1_020_000])
    windows.end(window, 'completed', { dueUs, responseUs: 10, serviceUs: 10 });
  windows.end(window, 'timedOut', { dueUs: 1_500_004.2, responseUs: 5e6 });
  windows.end(window, 'unfinished', { dueUs: 1_500_003.2 });
  const told: LoadMessage[] = [];
  await windows.flush((message) => told.push(message));
  expect(told.map(({ kind }) => kind)).toEqual(['window', 'bins']);
  expect(told[1]).toEqual({
    kind: 'bins',
    step: 0,
    binUs: 20_000,
    bins: [
      { dueUs: 980_000, completed: 1, lost: 0, response: '10' },
      { dueUs: 1_000_000, completed: 2, lost: 0, response: '10x2' },
      { dueUs: 1_020_000, completed: 1, lost: 0, response: '10' },
      { dueUs: 1_500_000, completed: 0, lost: 2, response: '', firstLostUs: 1_500_003 },
    ],
  });
});

import { expect, test } from 'vitest';
import type { LocalQueues } from '../../../../src/model/local-queues.ts';
import { chartsPart } from '../../../../src/report/html/charts/charts-part.ts';
import { queueStripsPart } from '../../../../src/report/html/charts/queue-strips-part.ts';
import { reportData } from '../../../../src/report/html/charts/report-data.ts';
import { sampleResult } from '../../../golden/sample-result.ts';
import { queueLook, risingQueues, stripOf } from '../../../helpers/local-queues.ts';

const data = reportData(sampleResult());
const part = (...all: readonly (LocalQueues | undefined)[]) =>
  queueStripsPart(
    all.flatMap((each) => each ?? []),
    data,
  )?.markup ?? '';
const rectangles = (markup: string, element: string) =>
  [...(new RegExp(`<path ${element}[^>]*d="([^"]*)"|<path d="([^"]*)" ${element}`).exec(markup) ?? [])]
    .slice(1)
    .flatMap((path) => [...(path ?? '').matchAll(/M([\d.]+) ([\d.]+)H([\d.]+)v([\d.]+)/g)])
    .map(([, left, top, right]) => [left, top, right].map(Number));

test('a cell reaches to the next look, the longer its queue the stronger, and neighbours of one ink are one piece', () => {
  const looks = [
    [0, 100],
    [0, 100],
    [1, 0],
  ].map((lengths, at) => queueLook((10 + at) * 1e6, lengths));
  const markup = part(stripOf(looks));
  const [strong] = rectangles(markup, 'fill="var\\(--blue\\)" opacity="1"');
  const [weak] = rectangles(markup, 'fill="var\\(--blue\\)" opacity="0.16"');
  expect(weak?.[0]).toBeCloseTo(strong?.[2] ?? 0, 5);
  expect(weak?.[1]).toBe(22);
  expect(strong?.[1]).toBe(42);
  expect((strong?.[2] ?? 0) - (strong?.[0] ?? 0)).toBeCloseTo(2 * ((weak?.[2] ?? 0) - (weak?.[0] ?? 0)), 0);
  expect(rectangles(markup, 'class="empty"')).toHaveLength(2);
});

test('where looks are missing there is no cell, and a P that went has none after it', () => {
  const looks = [0, 1, 2, 12, 13].map((at) => queueLook((10 + at) * 1e6, at === 13 ? [1] : [1, 1]));
  const seen = rectangles(part(stripOf(looks)), 'class="empty"');
  expect(seen.map(([, top]) => top)).toEqual([22, 22, 42, 42]);
  const [[, , endOfFirst = 0] = [], [startOfSecond = 0] = []] = seen;
  expect(startOfSecond - endOfFirst).toBeGreaterThan(60);
  expect(seen[3]?.[2]).toBeLessThan(seen[1]?.[2] ?? 0);
});

test('the legend has numbers: every length up to the longest once', () => {
  for (const longest of [1, 2, 3, 17, 256]) {
    const markup = part(stripOf([queueLook(10e6, [longest])]));
    const [legend = ''] = /<p class="curves">.*?<\/p>/.exec(markup) ?? [];
    const ranges = [...legend.matchAll(/<\/i>(\d+)(?:–(\d+))?</g)].map(([, from, to = from]) => [
      Number(from),
      Number(to),
    ]);
    const all = ranges.flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
    expect(all).toEqual(Array.from({ length: longest + 1 }, (_, at) => at));
  }
});

test('says the longest, its P, its moment and its step in words, and of each P in a table', () => {
  const markup = part(stripOf([queueLook(10e6, [0, 3]), queueLook(30e6, [1, 47]), queueLook(31e6, [0, 0])]));
  expect(markup).toContain('aria-label="Local run queues of api-1 over time: at most 47, on P1 at 30 s, in step 800;');
  expect(markup).toContain(
    '<tr><th scope="row">P1</th><td class="n">47</td><td>at 30 s, in step 800</td><td class="n">66.7 %</td></tr>',
  );
});

test('says where Ps share a row and where a cell is of several looks', () => {
  const markup = part(risingQueues('big-1', { procs: 64, looks: 600, everyUs: 1e5 }));
  expect(markup).toContain(
    'It has 64 Ps: 4 share a row, which has the longest of theirs. A cell has the longest of 0.25 s',
  );
  expect(markup).toContain('>P60–63</text>');
  const uneven = part(risingQueues('big-1', { procs: 17 }));
  expect(uneven).toContain('>P16</text>');
});

test('the four with the longest queues are open, the others folded, and those that are not drawn are counted', () => {
  const all = Array.from({ length: 30 }, (_, at) => risingQueues(`replica-${at}`, { longest: 10 + at }));
  const markup = part(...all);
  const [open = '', folded = ''] = markup.split('<details><summary>Local run queues of 20 more targets');
  expect([...open.matchAll(/<strong>(.*?)<\/strong>/g)].map(([, name]) => name)).toEqual(
    [29, 28, 27, 26].map((at) => `replica-${at}`),
  );
  expect(folded.match(/<svg/g)).toHaveLength(20);
  expect(folded).toContain('6 more with shorter queues are not drawn');
  expect(markup).not.toContain('NaN');
});

test('stands under the charts of the scheduler, and is absent where there is none', () => {
  expect(queueStripsPart(undefined, data)).toBeUndefined();
  expect(queueStripsPart([], data)).toBeUndefined();
  const { markup } = chartsPart(data, queueStripsPart([risingQueues('downstream-1')], data));
  const [before = '', after = ''] = markup.split('<div id="local-queues">');
  expect(before.match(/<h3>[^<]*<\/h3>/g)?.at(-1)).toBe('<h3>Go scheduler</h3>');
  expect(after.match(/<h3>[^<]*<\/h3>/g)?.[0]).toBe('<h3>Goroutines</h3>');
});

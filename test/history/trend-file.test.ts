/** A trend file as gates append to it and as git merges it. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendTrend, parseTrend, readTrendFile } from '../../src/history/trend-file.ts';
import type { TrendLine } from '../../src/model/trend.ts';
import { trendLines } from '../helpers/trend-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-trend-'));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
const fresh = () => join(folder, `case-${++number}`, 'trend.ndjson');

const [one, two] = trendLines([0.01, 0.02]) as [TrendLine, TrendLine];

it('has a line for each gate, the same gate once', async () => {
  const file = fresh();
  expect(await readTrendFile(file, 'trend.ndjson')).toBeUndefined();
  expect(await appendTrend(file, one)).toBe(true);
  expect(await appendTrend(file, one)).toBe(false);
  expect(await appendTrend(file, two)).toBe(true);
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
  expect(await readTrendFile(file, 'trend.ndjson')).toEqual({ lines: [one, two], problems: [] });
});

it('has a gate again that has gone on', async () => {
  const file = fresh();
  await appendTrend(file, one);
  const more = { ...one, rounds: one.rounds + 4 };
  expect(await appendTrend(file, more)).toBe(true);
  expect((await readTrendFile(file, ''))?.lines).toEqual([one, more]);
});

it('keeps the lines of gates that end at once', async () => {
  const file = fresh();
  const many = trendLines(Array.from({ length: 40 }, () => 0));
  await appendTrend(file, one);
  await Promise.all(many.slice(1).map((line) => appendTrend(file, line)));
  const read = await readTrendFile(file, '');
  expect(read?.problems).toEqual([]);
  expect(new Set(read?.lines.map(({ id }) => id)).size).toBe(40);
});

it('goes on behind a line that was cut', async () => {
  const file = fresh();
  await appendTrend(file, one);
  appendFileSync(file, '{"schemaVersion":1,"kind":"tre');
  await appendTrend(file, two);
  const read = await readTrendFile(file, 'trend.ndjson');
  expect(read?.lines).toEqual([one, two]);
  expect(read?.problems).toEqual([expect.stringMatching(/^trend\.ndjson:2 is not JSON: /)]);
});

it('tells lines that are no gate with their places, and reads the others', () => {
  const text = [
    '<<<<<<< HEAD',
    JSON.stringify(one),
    '=======',
    '',
    '{"kind":"trend"}',
    JSON.stringify({ ...two, schemaVersion: 2 }),
    'null',
    '>>>>>>> other',
  ];
  const { lines, problems } = parseTrend(text.join('\r\n'), 't');
  expect(lines).toEqual([one]);
  expect(problems.map((each) => each.slice(0, 24))).toEqual([
    't:1 is left of a merge t',
    't:3 is left of a merge t',
    't:5 is no gate of a tren',
    't:6 is no gate of a tren',
    't:7 is no gate of a tren',
    't:8 is left of a merge t',
  ]);
});

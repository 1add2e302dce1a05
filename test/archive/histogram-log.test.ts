import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { histogramLog } from '../../src/archive/histogram-log.ts';
import { histogram, window } from '../helpers/raw-run.ts';

const originWallMs = Date.parse('2026-01-01T00:00:00.500Z');
const none = histogram([]);

const logOf = (windows: Parameters<typeof histogramLog>[0]) => [...histogramLog(windows, originWallMs)].join('');

/** The intervals that the log reader of hdr-histogram-js finds. */
function intervals(text: string) {
  const reader = new HistogramLogReader(text);
  const found = [];
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram()) {
    const { tag, startTimeStampMsec, endTimeStampMsec, totalCount, maxValue } = next;
    const lengthMs = Math.round(endTimeStampMsec - startTimeStampMsec);
    found.push({ tag, startMs: Math.round(startTimeStampMsec - originWallMs), lengthMs, totalCount, maxValue });
  }
  return found;
}

const ofTag = (text: string, tag: string) => intervals(text).filter((interval) => interval.tag === tag);

it('is read by the log reader with every tag, time and value', () => {
  const text = logOf([window(1, 2_000_000, 10, 1000)]);
  expect(listTags(text)).toEqual(['response', 'service', 'lag']);
  const same = { startMs: 2000, lengthMs: 1000, totalCount: 10 };
  expect(intervals(text)).toEqual([
    { ...same, tag: 'response', maxValue: 1000 },
    { ...same, tag: 'service', maxValue: 1000 },
    { ...same, tag: 'lag', maxValue: 100 },
  ]);
});

it('has one interval for a second that two steps share or that became known in parts', () => {
  const text = logOf([
    window(0, 2_000_000, 10, 1000),
    window(1, 2_000_000, 20, 2000),
    window(1, 3_000_000, 5, 500),
    window(0, 2_000_000, 1, 900_000, { lag: none, planned: 0 }),
  ]);
  expect(ofTag(text, 'response')).toMatchObject([
    { startMs: 2000, totalCount: 31 },
    { startMs: 3000, totalCount: 5 },
  ]);
  expect(ofTag(text, 'response')[0]?.maxValue).toBeGreaterThan(899_000);
  expect(ofTag(text, 'lag').map((interval) => interval.totalCount)).toEqual([30, 5]);
});

it('goes through time in order, whatever the order of the windows', () => {
  const windows = [12, 3, 7, 3, 101, 9].map((second) => window(1, second * 1_000_000, 1, 1000));
  const starts = ofTag(logOf(windows), 'service').map((interval) => interval.startMs);
  expect(starts).toEqual([3000, 7000, 9000, 12_000, 101_000]);
});

it('leaves out what has no values', () => {
  const text = logOf([window(1, 2_000_000, 3, 1000, { service: none })]);
  expect(intervals(text).map((interval) => interval.tag)).toEqual(['response', 'lag']);
  expect(intervals(logOf([]))).toEqual([]);
});

import { expect, it } from 'vitest';
import { createHistogramLogInspector } from '../../../src/analysis/inspect/histograms.ts';
import { histogramLog } from '../../../src/archive/histogram-log.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import { window } from '../../helpers/raw-run.ts';

function inspect(text: string) {
  const inspector = createHistogramLogInspector();
  for (const line of text.split('\n')) inspector.line(line);
  return inspector.finish('latency.hlog', text.length);
}

const encoded = (...values: number[]) => {
  const histogram = newHistogram();
  for (const value of values) histogram.recordValue(value);
  return encodeHistogram(histogram);
};

it('reads what a run writes, tag by tag, in its unit and from its beginning', () => {
  const windows = [window(1, 2_000_000, 10, 1000), window(1, 3_000_000, 30, 5000)];
  const found = inspect([...histogramLog(windows, Date.parse('2026-01-01T00:00:00Z'))].join(''));
  expect(found).toMatchObject({ unit: 'us', startedAt: '2026-01-01T00:00:00.000Z', rejects: [] });
  expect(found.tags.map(({ tag }) => tag)).toEqual(['response', 'service', 'lag']);
  const [response] = found.tags;
  expect(response).toMatchObject({ intervals: 2, whole: { atS: 0, lengthS: 2, count: 40, p50: 5003, max: 5003 } });
  expect(response?.points.map(({ atS, count }) => [atS, count])).toEqual([
    [0, 10],
    [1, 30],
  ]);
});

it('merges intervals into few enough points, and averages no percentile', () => {
  const lines = Array.from({ length: 500 }, (_, at) => `${at}.0,1.0,0.1,${encoded(at === 250 ? 9000 : 100)}`);
  const [tag] = inspect(lines.join('\n')).tags;
  expect(tag?.points.length).toBeLessThanOrEqual(120);
  expect(tag?.points.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  expect(tag?.points.filter(({ max }) => max >= 9000)).toHaveLength(1);
  expect(tag?.whole).toMatchObject({ count: 500, p50: 100, p99: 100 });
});

it('takes no unit from the column of maxima, which is divided by whatever its writer chose', () => {
  const interval = `0.0,1.0,2.000,${encoded(2_000_000)}`;
  expect(inspect(interval)).toMatchObject({ unit: '', unitFrom: expect.stringContaining('does not say its unit') });
  expect(inspect(`# latencies in milliseconds\n${interval}`).unit).toBe('ms');
  expect(inspect(`# values in ms\n# values in bytes\n${interval}`).unit).toBe('');
  expect(createHistogramLogInspector('us').finish('given.hlog', 0).unit).toBe('us');
});

it('reads blanks behind commas, and commas for points', () => {
  const found = inspect(`0.007, 1.000, 6.000, ${encoded(6)}\n1,007,1,000,6,000,${encoded(6)}`);
  expect(found.rejects).toEqual([]);
  expect(found.tags[0]).toMatchObject({ intervals: 2, whole: { count: 2, lengthS: 2 } });
});

it.each([
  ['version 1 with its word size', 'HISTIgAAAB', 'version 1'],
  ['text', 'abcdefgh', 'does not begin like one'],
  ['version 1', Buffer.from('1c849302000000', 'hex').toString('base64'), 'version 1'],
  ['fractions', Buffer.from('0c72124f000000', 'hex').toString('base64'), 'DoubleHistogram'],
])('says which line it cannot read and why: %s', (_, text, why) => {
  const [rejected] = inspect(`# a\n0.0,1.0,2.0,${text}`).rejects;
  expect(rejected?.example).toMatch(/^line 2 /);
  expect(rejected?.example).toContain(why);
});

it('counts lines that are no interval', () => {
  const found = inspect(`"StartTimestamp","Interval_Length"\nbroken\n0.0,1.0,0.1,HISTFAAAA\n0.0,1.0,0.1,${encoded(1)}`);
  expect(found.rejects).toEqual([{ kind: 'interval', count: 2, example: expect.stringMatching(/^line 2 .*broken$/) }]);
  expect(found.tags).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { reportData } from '../../../../src/report/html/charts/report-data.ts';
import { latencyShapePart } from '../../../../src/report/html/run/latency-shape.ts';
import { sampleResult } from '../../../golden/sample-result.ts';

const result = sampleResult();
const data = reportData(result);
const shape = (change: Partial<typeof result>) => latencyShapePart({ ...result, ...change }, data)?.markup ?? '';
const spectrum = (scale: number, last: number) => ({
  responseUs: [0, 50, 90, 99, last, 100].map((percentile, at): [number, number] => [percentile, scale * (at + 1)]),
  serviceUs: [],
});

test('each cell of the heat map is drawn once, the stronger the more arrivals it has', () => {
  const heat = { fromUs: 3e6, columnUs: 1e6, boundsUs: [0, 1, 1.122, 1.259], columns: [[0, 1, 2, 1000], [], [1, 30]] };
  const markup = shape({ heat });
  expect(markup.match(/M[\d.]+ [\d.]+H[\d.]+v[\d.]+H[\d.]+z/g)).toHaveLength(3);
  const [weak = '', middle = '', strong = ''] = [...markup.matchAll(/opacity="([\d.]+)"/g)].map((match) => match[1]);
  expect([weak, middle, strong].map(Number)).toEqual([0.16, 0.45, 1]);
  expect(markup).not.toContain('NaN');
});

test('percentiles stand at their nines, the greatest at the end, and every step is in the table', () => {
  const steps = result.steps.map((step, at) => ({ ...step, spectrum: spectrum(1000 * (at + 1), 99.9) }));
  const markup = shape({ steps });
  const [first = ''] = /<polyline points="([^"]+)"/.exec(markup)?.slice(1) ?? [];
  const xs = first.split(' ').map((point) => Number(point.split(',')[0]));
  const [, median = 0, ninety = 0, two = 0, three = 0, end = 0] = xs;
  expect(two - ninety).toBeCloseTo(ninety - 64, 0);
  expect(three - two).toBeCloseTo(two - ninety, 0);
  expect(median).toBeLessThan(ninety);
  expect(end).toBe(988);
  const measured = steps.filter(({ kind }) => kind === 'measure');
  expect(markup.match(/<polyline/g)).toHaveLength(8);
  for (const { name } of measured) expect(markup).toContain(`<th scope="row">${name}</th>`);
  expect(markup).toContain(`8 of ${measured.length} steps are drawn`);
});

test('a run of an older version, or one without an answer, has no such part', () => {
  expect(shape({})).toBe('');
  const none = { responseUs: [], serviceUs: [] };
  expect(shape({ steps: result.steps.map((step) => ({ ...step, spectrum: none })) })).toBe('');
});

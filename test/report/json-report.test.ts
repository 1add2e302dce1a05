import { expect, test } from 'vitest';
import { runResultSchema } from '../../src/model/run-result.ts';
import { jsonReporter } from '../../src/report/json-report.ts';
import { sampleResult } from '../golden/sample-result.ts';

test('the text is the result, whole, and ends its last line', () => {
  const text = jsonReporter.render(sampleResult());
  expect(runResultSchema.parse(JSON.parse(text))).toEqual(sampleResult());
  expect(text.endsWith('}\n')).toBe(true);
});

test('the same result gives the same bytes', () => {
  expect(jsonReporter.render(sampleResult())).toBe(jsonReporter.render(sampleResult()));
});

test('the text has the values that JSON.stringify would give it', () => {
  const odd = { ...sampleResult(), warnings: ['a "quoted"\n line', '\u2028'], observers: [], clocks: undefined };
  expect(JSON.parse(jsonReporter.render(odd))).toEqual(JSON.parse(JSON.stringify(odd)));
});

test('each point takes one line', () => {
  const result = sampleResult();
  const lines = jsonReporter.render(result).split('\n');
  const first = result.series[0]?.points[0];
  expect(lines.map((line) => line.trim())).toContain(`[${first?.join(', ')}],`);
});

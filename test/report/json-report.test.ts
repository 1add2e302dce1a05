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

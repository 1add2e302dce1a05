import { expect, test } from 'vitest';
import { markdownReporter } from '../../../src/report/markdown/markdown-report.ts';
import { failedResult, hostileResult, invalidResult, sampleResult } from '../../golden/sample-result.ts';

test('the whole of a run as a comment', async () => {
  await expect(markdownReporter.render(sampleResult())).toMatchFileSnapshot('../../golden/sample-report.md');
});

test('an invalid run says so in its heading, and why', () => {
  const text = markdownReporter.render(invalidResult());
  expect(text.split('\n')[0]).toBe('## ramp: ✕ invalid');
  expect(text).toContain('1800: the generator itself was late');
});

test('a failed run shows message and way out', () => {
  const text = markdownReporter.render(failedResult());
  expect(text).toContain('- downstream-2 was not ready after 30s');
  expect(text).toContain('- Look at logs/downstream-2.log');
});

test('no name becomes markup, or breaks a table', () => {
  const text = markdownReporter.render(hostileResult());
  expect(text).not.toContain('<');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  const width = (row: string) => row.replaceAll('\\|', '').split('|').length;
  expect(new Set(rows.slice(0, 3).map(width)).size).toBe(1);
});

test('a pipe in a step name stays within its cell', () => {
  const result = sampleResult();
  const [first] = result.steps;
  const text = markdownReporter.render({ ...result, steps: first ? [{ ...first, name: 'a|b' }] : [] });
  expect(text).toContain('| a\\|b |');
});

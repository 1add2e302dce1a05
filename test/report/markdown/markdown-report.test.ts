import { expect, test } from 'vitest';
import { markdownReporter } from '../../../src/report/markdown/markdown-report.ts';
import { failedResult, hostileResult, invalidResult, sampleResult } from '../../golden/sample-result.ts';
import { tracedResult } from '../../helpers/run-traces.ts';

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

test('the names in the sentence on how a run ended are text, too', () => {
  const endedEarly = {
    rule: 'p99 < 5ms',
    brokenIn: '<b>a*',
    step: '<b>a*',
    atUs: 4e6,
    observed: '9 ms',
    notRun: ['c|d'],
  };
  const text = markdownReporter.render({ ...sampleResult(), status: 'partial', endedEarly });
  expect(text).toContain('p99 &lt; 5ms was broken in step &lt;b>a\\* (9 ms)');
  expect(text).toContain('Not run: c\\|d.');
});

test('a pipe in a step name stays within its cell', () => {
  const result = sampleResult();
  const [first] = result.steps;
  const text = markdownReporter.render({ ...result, steps: first ? [{ ...first, name: 'a|b' }] : [] });
  expect(text).toContain('| a\\|b |');
});

test('traces of the step that broke are told with what limits them', () => {
  const text = markdownReporter.render(tracedResult());
  expect(text).toContain('- **step 1600, downstream**\n  - p99 of traced requests 38.2 ms');
  expect(text).toContain('slow requests are more frequent here than in the step');
  expect(text).not.toContain('<script');
});

/** Reports of an observation: what the targets did, and nothing about load. */
import { expect, it } from 'vitest';
import type { RunResult } from '../../../src/model/run-result.ts';
import { createHtmlReporter } from '../../../src/report/html-report.ts';
import { markdownReporter } from '../../../src/report/markdown/markdown-report.ts';
import { createTerminalReporter } from '../../../src/report/terminal/terminal-report.ts';
import { observedTable } from '../../../src/report/words/observed-table.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const none = { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
const stat = (value: number) => ({ mean: value, min: 0, max: 2 * value, last: value });

/** The sample without its load. */
function observation(targets: RunResult['steps'][number]['targets']): RunResult {
  const { diagnosis: _, ...sample } = sampleResult();
  const load = { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  const rates = { plannedRps: 0, sentRps: 0, completedRps: 0 };
  return {
    ...sample,
    scenario: { name: 'observe-api', description: '' },
    environment: {
      ...sample.environment,
      targets: [
        { id: 'api-1', service: 'api' },
        { id: 'web-1', service: 'web' },
      ],
    },
    status: 'complete',
    validity: { verdict: 'valid', reasons: [] },
    warnings: [],
    findings: [],
    slo: [],
    series: sample.series.filter(({ target }) => target !== 'generator'),
    steps: [
      {
        name: 'observed',
        kind: 'measure',
        startUs: 0,
        durationUs: 60_000_000,
        load: { ...load, ...rates },
        responseUs: none,
        serviceUs: none,
        lagUs: none,
        errors: {},
        targets,
        goroutines: [{ target: 'api-1', reason: 'select', site: 'main.wait', frames: ['main.wait'], mean: 3, max: 4 }],
      },
    ],
  };
}

const targets = {
  'api-1': {
    'container.cpu_percent': stat(12),
    'goroutines.total': stat(40),
    'go.resident_memory_bytes': stat(2 ** 20),
  },
  'web-1': { 'go.goroutines': stat(7) },
};

it('has a row for each target, columns that somebody fills, and a dash where one was not seen', () => {
  expect(observedTable(observation(targets))).toEqual([
    ['target', 'CPU %', 'CPU max', 'mem MiB', 'goroutines', 'max'],
    ['api-1', '12', '24', '2', '40', '80'],
    ['web-1', '–', '–', '–', '7', '14'],
  ]);
});

it('shows targets in the terminal and in Markdown, without rates or latencies', () => {
  const text = createTerminalReporter({ color: false, width: 100 }).render(observation(targets));
  expect(text).toContain('✓ Observed. No load was sent');
  expect(text).toMatch(/^target +CPU % +CPU max/m);
  expect(text).toMatch(/^web-1 +– /m);
  const markdown = markdownReporter.render(observation(targets));
  expect(markdown).toContain('| api-1 | 12 | 24 | 2 | 40 | 80 |');
  for (const report of [text, markdown]) expect(report).not.toMatch(/planned|latenc|schedule|p99/);
});

it('says that nothing was measured where no target was seen', () => {
  const reporter = createHtmlReporter({ uplotJs: '', uplotCss: '' });
  expect(reporter.render(observation(targets))).toContain('The analysis found nothing that calls for attention.');
  expect(reporter.render(observation({ host: {} }))).toContain('Nothing was measured, so there is nothing to judge.');
});

it('draws charts of the runtime and none of load', () => {
  const reporter = createHtmlReporter({ uplotJs: '', uplotCss: '' });
  const page = reporter.render(observation(targets));
  const body = page.slice(page.indexOf('<body>'), page.indexOf('<script'));
  for (const id of ['runqueue', 'heap', 'goroutines']) expect(body).toContain(`data-panel="${id}"`);
  for (const id of ['rate', 'latency', 'lag', 'loop']) expect(body).not.toContain(`data-panel="${id}"`);
  expect(body).toContain('main.wait');
  expect(body).not.toMatch(/Response time|Dispatch lag|arrivals? planned|req\/s|Generator/);
});

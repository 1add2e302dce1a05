import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { createHtmlReporter } from '../../src/report/html-report.ts';
import {
  detailedResult,
  emptyResult,
  failedResult,
  hostileResult,
  invalidResult,
  sampleLoad,
  sampleResult,
} from '../golden/sample-result.ts';

const read = (file: string) => readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${file}`), 'utf8');
const assets = { uplotJs: read('uPlot.iife.min.js'), uplotCss: read('uPlot.min.css') };
const reporter = createHtmlReporter(assets);
const body = (page: string) => page.slice(page.indexOf('<body>'), page.indexOf('<script'));

test('the page asks the network for nothing', () => {
  const page = reporter.render(sampleResult());
  expect(page).toContain(
    `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-`,
  );
  const code = page.replace(/\/\*[\s\S]*?\*\//g, '');
  expect(code).not.toMatch(
    /<(link|img|iframe|object|embed|base|form)\b|@import|\burl\(|\bfetch\(|XMLHttpRequest|\bimport\(/,
  );
  expect(code).not.toMatch(/\b(src|href|action)\s*=\s*["']?(https?:)?\/\//i);
});

test('no name from the run becomes markup or ends the script', () => {
  const page = reporter.render(hostileResult());
  expect(page).not.toContain('<script>alert');
  expect(page).not.toContain('<b onclick');
  expect(page.match(/<script/g)).toHaveLength(3);
  expect(page.match(/<\/script>/g)).toHaveLength(3);
  const json = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  expect(JSON.parse(json).series[0].name).toBe('</script><script>alert(1)</script><b onclick="x">\'&');
});

test('every step stands in the table of steps and has its details', () => {
  const result = sampleResult();
  const page = reporter.render(result);
  for (const [index, { name }] of result.steps.entries()) {
    expect(page).toContain(`<a href="#step-${index}">${name}</a>`);
    expect(page).toContain(`<details id="step-${index}"`);
  }
});

test('the head says how the load was made: by a schedule, or by so many connections', () => {
  const result = sampleResult();
  const { scenario } = result;
  expect(body(reporter.render(result))).toContain('open loop, uniform arrivals');
  const load = { ...sampleLoad, mode: 'closed', maxConnections: 20 };
  const closed = body(reporter.render({ ...result, scenario: { ...scenario, load } }));
  expect(closed).toContain('closed loop, 20 connections');
  expect(closed).not.toContain('uniform arrivals');
});

test('the five outcomes of a step are shown next to what was planned', () => {
  const page = body(reporter.render(sampleResult()));
  const row = page.slice(page.indexOf('#step-9'));
  const cells = [...row.slice(0, row.indexOf('</tr>')).matchAll(/<td[^>]*>([\d,]+)<\/td>/g)].map((match) =>
    Number(match[1]?.replace(',', '')),
  );
  const [, , planned, ...rest] = cells;
  expect(planned).toBe(10_800);
  expect(rest.slice(0, 5).reduce((sum, count) => sum + count, 0)).toBe(planned);
});

test('an invalid run says so and why before any number', () => {
  const page = body(reporter.render(invalidResult()));
  expect(page.indexOf('Invalid')).toBeLessThan(page.indexOf('class="answer'));
  expect(page.indexOf('1800: the generator itself was late')).toBeLessThan(page.indexOf('class="answer'));
  expect(page).not.toContain('✓</span> Valid');
});

test('a run that failed before load shows its failure and the way out, and no numbers', () => {
  const page = body(reporter.render(failedResult()));
  expect(page).toContain('Failed');
  expect(page).toContain('downstream-2 was not ready after 30s');
  expect(page).toContain('Look at logs/downstream-2.log');
  expect(page).not.toContain('class="answer"');
  expect(page).toContain('Nothing was measured, so there is nothing to judge.');
});

test('a latency of no arrivals is a dash, never zero', () => {
  const page = body(reporter.render(emptyResult()));
  const row = page.slice(page.indexOf('#step-0'), page.indexOf('</tbody>'));
  expect(row.match(/–/g)).toHaveLength(8);
  expect(row).not.toContain('0.00');
});

test('with no sampler the page does not claim that every look succeeded', () => {
  const page = body(reporter.render(emptyResult()));
  expect(page).toContain('Nothing was looked at.');
  expect(page).not.toContain('every look succeeded');
});

test('of a result without a diagnosis, the best rate is that of a step which no limit finding names', () => {
  const { diagnosis: _, ...older } = sampleResult();
  const page = body(reporter.render(older));
  const tile = page.slice(page.indexOf('Highest rate that held'), page.indexOf('First measured step'));
  expect(tile).toContain('1,400 ');
  expect(tile).toContain('step 1400');
});

test('the details of a step have its requests and the phases that were', () => {
  const page = reporter.render(detailedResult());
  const details = page.slice(page.indexOf('<details id="step-1"'), page.indexOf('<details id="step-2"'));
  expect(details).toContain('<th scope="row">list of everything there is</th>');
  expect(details).toContain('<th scope="row">&lt;/td&gt;[cart]</th>');
  expect(details).toContain('<th scope="row">first byte</th>');
  expect(details).not.toContain('TLS handshake');
});

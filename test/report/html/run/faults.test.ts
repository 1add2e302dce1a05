/** Faults on the page of a run: the answer first, bands in every chart, a table, and a timeline. */
import { expect, it } from 'vitest';
import { reportData } from '../../../../src/report/html/charts/report-data.ts';
import { createHtmlReporter } from '../../../../src/report/html-report.ts';
import { hostileResult, sampleResult } from '../../../golden/sample-result.ts';
import { faultyResult } from '../../../helpers/faulty-result.ts';

const reporter = createHtmlReporter({ uplotJs: '', uplotCss: '' });
const body = (page: string) => page.slice(page.indexOf('<body>'), page.indexOf('<script'));

it('answers before all else what users saw and when it was over', () => {
  const page = body(reporter.render(faultyResult()));
  const answer = page.indexOf('All was well again 7.3 s ± 20 ms after it began');
  expect(answer).toBeGreaterThan(0);
  expect(answer).toBeLessThan(page.indexOf('id="diagnosis"'));
  expect(page).toContain('and 1 more fault<');
});

it('gives charts each fault that was in force, and when users were well again', () => {
  expect(reportData(faultyResult()).faults).toEqual([
    { name: 'leader-lost', fromS: 20, toS: 25, wellS: 27.3 },
    { name: 'late-packets', fromS: 36, toS: 42 },
    { name: 'storm', fromS: 38.004, toS: 46, isNeverWell: true },
    { name: 'restart-downstream#1', fromS: 61.2, toS: 61.2 },
  ]);
  expect(reportData(sampleResult())).not.toHaveProperty('faults');
});

it('draws a fault that was never taken back up to the end of the run', () => {
  const result = faultyResult();
  const [first] = result.faults ?? [];
  const { endUs: _, ...open } = first!;
  const data = reportData({ ...result, faults: [open] });
  expect(data.faults?.[0]?.toS).toBe(data.toS);
});

it('has a row on one time axis for faults, roles, conditions and exits', () => {
  const page = body(reporter.render(faultyResult()));
  expect(page).toContain('aria-label="leader: downstream-2 to 20.0 s, nobody to 21.9 s, downstream-3 to 63.0 s"');
  expect(page).toContain('aria-label="downstream-2 exit at 20.0 s, downstream-2 restart at 25.6 s"');
  expect(page).toContain('<i class="held nobody"');
  expect(page).toContain('tc: Operation not permitted');
});

it('says nothing of faults where there were none', () => {
  const page = body(reporter.render(sampleResult()));
  expect(page).not.toContain('id="faults"');
  expect(page).not.toContain('Hatched');
});

it('shows roles and conditions of a run without faults', () => {
  const { faults: _, ...rest } = faultyResult();
  const page = body(reporter.render(rest));
  expect(page).toContain('<h2>Membership</h2>');
  expect(page).toContain('members=3');
});

it('makes no markup of names of faults, conditions and roles', () => {
  expect(body(reporter.render(hostileResult()))).not.toContain('<b onclick');
});

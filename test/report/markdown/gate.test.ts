/** The Markdown of gates: verdict first, no names as markup, never longer than GitHub takes. */
import { expect, it } from 'vitest';
import { gateMarkdown } from '../../../src/report/markdown/gate.ts';
import { madeCode } from '../../helpers/code-changes.ts';
import { reportOf } from '../../helpers/gate.ts';

const commands = [['rampart gate --replay runs/x/gate.json', 'this verdict again']] as const;
const bytes = (text: string) => new TextEncoder().encode(text).length;

it('begins with a mark to find it by, then the verdict, the margins and what was ruled out', () => {
  const lines = gateMarkdown(reportOf(8), commands).split('\n');
  expect(lines[0]).toBe('<!-- rampart gate: ramp -->');
  expect(lines[2]).toBe('## ramp: ✓ gate passed');
  expect(lines[4]).toBe(
    'v2 against v1, 8 rounds of both. A slowdown up to 2.5 % is harmless, one from 10 % on must not pass; either error at most 5 %.',
  );
  expect(lines[6]).toMatch(/^- \*\*PASS\*\* p99 at low, high: any slowdown is below 10 % \(upper bounds/);
});

it('has a row for each step and metric, with estimate and interval', () => {
  const rows = gateMarkdown(reportOf(8, { high: 0.3 }), commands).split('\n');
  expect(rows).toContainEqual(
    expect.stringMatching(
      /^\| high \| p99 \| \*\*worse\*\* \| \+30\.\d+ % \| \+\d.* … \+\d.* % \| – \| \+4\.\d+ % \| 4 ms \| 5\.2 ms \|$/,
    ),
  );
});

it.each([
  [reportOf(8, { high: 0.3 }), '✕ gate failed'],
  [reportOf(2), '! gate cannot tell'],
  [reportOf(8, {}, () => ({ lagP99Us: 90_000 })), '✕ gate invalid'],
])('never claims that there is no regression', (report, heading) => {
  const text = gateMarkdown(report, commands);
  expect(text).toContain(`## ramp: ${heading}`);
  expect(text).not.toMatch(/no (regression|slowdown|difference)/i);
});

it('shows what moved in the runtime, and how to get the verdict again', () => {
  const series = (round: number, arm: string) => ({
    series: { 'api sched.runqueue': (arm === 'candidate' ? 9 : 3) + round / 10 },
  });
  const text = gateMarkdown(reportOf(8, { high: 0.3 }, series), commands);
  expect(text).toContain('Series that differ in high: associated, not shown to be causes');
  expect(text).toMatch(/\| api sched\.runqueue \| 3\.35 goroutines \| 9\.35 goroutines \|/);
  expect(text).toContain('```sh\n# this verdict again\nrampart gate --replay runs/x/gate.json\n```');
});

it('lets no name become markup or end a fence', () => {
  const report = { ...reportOf(8), scenario: 'a-->|<b>`', candidate: '<script>|', baseline: '*x*\n# y' };
  const text = gateMarkdown(report, [['rampart ``` x\ny', 'a\nb']]);
  expect(text.split('\n')[0]).toBe('<!-- rampart gate: a-b- -->');
  expect(text).not.toMatch(/<b>|<script>|^# y/m);
  expect(text.split('```')).toHaveLength(3);
});

it('fits into a comment, and says what it cut, however many steps and statements there are', () => {
  const report = reportOf(8);
  const [check] = report.checks;
  if (!check) throw new Error('there is no check');
  const many = Array.from({ length: 3000 }, (_, at) => ({ ...check, step: `Schritt-für-Schritt-${at}` }));
  const statements = many.map(({ step }) => ({ label: 'FAIL', text: `${step} ${'x'.repeat(5000)}` }));
  const text = gateMarkdown({ ...report, checks: many, statements }, commands);
  expect(bytes(text)).toBeLessThanOrEqual(60_000);
  expect(text).toMatch(
    /\*29\d\d more lines are cut here, because GitHub takes no longer text; gate\.json has them all\*/,
  );
  expect(text).toContain('## ramp: ✓ gate passed');
  expect(text).toContain('rampart gate --replay runs/x/gate.json');
});

it('names the functions that changed before the series that moved, the one that weighs most first', () => {
  const text = gateMarkdown({ ...reportOf(8, { high: 0.3 }), code: madeCode() }, commands);
  expect(text).toMatch(/1\. shop: &lt;audit>\.Log \+[78]\d/);
  expect(text).toMatch(
    /2\. shop: checkout\.Encode \+1[4-9][.\d]* us CPU per request \(\+1\d[.\d]* us to \+\d+[.\d]* us\), in all 4 rounds/,
  );
  expect(text.indexOf('### Which code')).toBeLessThan(text.indexOf('### What'.concat(' else moved')));
});

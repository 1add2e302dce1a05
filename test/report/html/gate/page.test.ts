/** The page of a gate: the verdict first, then each change between its margins, without a script or anything to load. */
import { expect, it } from 'vitest';
import { gatePage } from '../../../../src/report/html/gate/page.ts';
import { madeCode } from '../../../helpers/code-changes.ts';
import { reportOf } from '../../../helpers/gate.ts';

const commands = [['rampart gate --replay runs/x/gate.json', 'this verdict again']] as const;

it.each([
  [reportOf(8), 'Gate passed', 'state good'],
  [reportOf(8, { high: 0.3 }), 'Gate failed', 'state bad'],
  [reportOf(2), 'Gate cannot tell', 'state warn'],
  [reportOf(8, {}, () => ({ lagP99Us: 90_000 })), 'Gate invalid', 'state bad'],
])('says first what came of it, and never that there is no regression', (report, word, state) => {
  const page = gatePage(report, commands);
  expect(page).toContain(`class="${state}"`);
  expect(page).toContain(word);
  expect(page).not.toMatch(/no (regression|slowdown|difference)/i);
});

it('draws each round, and the estimate with its interval, of every step', () => {
  const page = gatePage(reportOf(8, { high: 0.3 }), commands);
  const drawing = page.slice(page.indexOf('<svg'), page.indexOf('</svg>'));
  expect(drawing.match(/r="2.5"/g)).toHaveLength(2 * 8);
  expect(drawing).toMatch(/<g class="bad"[^>]*><title>p99 at step high: \+30/);
  expect(drawing).toMatch(/<g class="good"[^>]*><title>p99 at step low: /);
  expect(drawing).not.toContain('NaN');
});

it('writes an estimate that is beyond the picture beside an arrow, and draws no dot at a false place', () => {
  const page = gatePage(reportOf(8, { high: 1.02 }), commands);
  const row = page.slice(page.indexOf('<g class="bad"'), page.indexOf('</svg>'));
  expect(row).toMatch(/<text [^>]*text-anchor="end">\+10\d %<\/text>/);
  expect(row).toContain('Z" fill="currentColor"');
  expect(row).not.toContain('<circle');
});

it('leaves out no round, one beyond the picture is an arrow at its edge', () => {
  const report = reportOf(8, { high: 0.3 });
  const [first] = report.checks.filter(({ rounds }) => rounds);
  const checks = first ? [{ ...first, rounds: [1, 2, 70, -80] }] : [];
  const page = gatePage({ ...report, checks }, commands);
  const drawing = page.slice(page.indexOf('<svg'), page.indexOf('</svg>'));
  expect(drawing.match(/r="2.5"/g)).toHaveLength(2);
  expect(drawing.match(/z" fill="var\(--muted\)"/g)).toHaveLength(2);
});

it('draws nothing where nothing was estimated', () => {
  expect(gatePage(reportOf(2), commands)).not.toContain('<svg');
});

it('loads nothing, and lets no name become markup', () => {
  const page = gatePage({ ...reportOf(8), scenario: '<script>x</script>', candidate: '"><img src=x>' }, commands);
  expect(page).not.toMatch(/<(script|img|link)/);
  expect(page).toContain("default-src 'none'");
});

it('names the functions that changed, and draws the candidate with what changed in colour', () => {
  const page = gatePage({ ...reportOf(8, { high: 0.3 }), code: madeCode() }, commands);
  expect(page).toContain('Which code changed');
  expect(page.indexOf('&lt;audit&gt;.Log')).toBeLessThan(page.indexOf('>checkout.Encode'));
  expect(page).toMatch(/<span class="grown"[^>]*data-name="example.com\/shop\/checkout.Encode"/);
  expect(page).toMatch(/<span class="new"[^>]*data-name="example.com\/shop\/&lt;audit&gt;.Log"/);
  expect(page).toMatch(/<span class="same"[^>]*data-name="bufio.\(\*Writer\).Flush"/);
  expect(page).toMatch(/Gone: old.Check \(2\d(\.\d)? us\)\./);
  expect(page).toContain('go tool pprof -http=: diff.pb.gz');
  expect(page).toContain('mutex profiling is off in shop');
});

it('has boxes that fill no more than what calls them', () => {
  const page = gatePage({ ...reportOf(8, { high: 0.3 }), code: madeCode() }, commands);
  const [picture = ''] = page.slice(page.indexOf('<div class="flame difference"')).split('</div>', 1);
  const roots = [...picture.matchAll(/width:([\d.]+)%[^>]*data-depth="0"/g)].map((match) => Number(match[1]));
  expect(roots.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(100.1);
});

it('says what would have been seen where no function is named', () => {
  const page = gatePage({ ...reportOf(8), code: madeCode('same') }, commands);
  expect(page).toContain('no function is shown to have changed');
  expect(page).toMatch(/CPU per request in one function would have been named/);
  expect(page).not.toMatch(/class="(grown|new|shrunk|gone)"/);
});

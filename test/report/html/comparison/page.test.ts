import { describe, expect, it } from 'vitest';
import { judgeComparison } from '../../../../src/analysis/compare/judgement.ts';
import { comparisonPage } from '../../../../src/report/html/comparison/page.ts';
import { comparisonText } from '../../../../src/report/terminal/comparison.ts';
import { type MadeVariant, madeComparison } from '../../../helpers/comparison.ts';

function reports(variants: readonly MadeVariant[], rounds = 8) {
  const comparison = madeComparison(variants, rounds);
  const judgement = judgeComparison(comparison);
  return {
    text: comparisonText({ ...comparison, judgement }, { color: false }),
    page: comparisonPage(comparison, judgement),
  };
}

const better = reports([
  { name: '100', p99Us: 10_000, series: { 'api sched.runqueue': 4 } },
  { name: 'off', p99Us: 5000, series: { 'api sched.runqueue': 1 } },
]);

describe('a comparison for a terminal', () => {
  it('opens with what is shown, and gives the settings of the best', () => {
    expect(better.text).toMatch(/✓ Judged, 8 whole rounds of 2 variants: best in response p99: off/);
    expect(better.text).toMatch(/response p99 +best is off: −\d\d\.\d % \(−\d\d\.\d to −\d\d\.\d\) against 100/);
    expect(better.text).toContain('      GOGC: "off"');
    expect(better.text).toMatch(/off {2}api sched\.runqueue {2}[\d.]+ -> [\d.]+ goroutines/);
  });

  it('says what would have been shown where nothing is, and recommends nothing', () => {
    const { text } = reports([
      { name: '100', p99Us: 10_000 },
      { name: 'off', p99Us: 10_000 },
    ]);
    expect(text).toContain('no variant is shown to be the best of anything');
    expect(text).toMatch(
      /response p99 +no difference shown over all judged steps together; one of [\d.]+ % would have been/,
    );
    expect(text).not.toContain('services:');
  });
});

describe('programs that were built otherwise', () => {
  const comparison = madeComparison([
    { name: 'go126', p99Us: 10_000 },
    { name: 'go127', p99Us: 5000 },
  ]);
  const runs = comparison.runs.map((run) => ({
    ...run,
    builds: { api: { version: run.variant === 'go127' ? 'go1.27.0' : 'go1.26.8', settings: {} } },
  }));
  const variants = comparison.variants.map((each) => ({
    ...each,
    settings: each.name === 'go127' ? { 'go.toolchain': 'go1.27.0' } : {},
  }));
  const judgement = judgeComparison({ ...comparison, runs, variants });
  const judged = { ...comparison, variants, judgement };

  it('are told in both formats, with the command that builds the best', () => {
    const text = comparisonText(judged, { color: false });
    expect(text).toContain(
      'programs that were built otherwise than those of go126\ngo127  api  go1.26.8 -> go1.27.0\n',
    );
    expect(text).toContain(
      'settings of go127, the best response p99, for the Go build:\nGOTOOLCHAIN=go1.27.0 go build',
    );
    const page = comparisonPage(judged, judgement);
    expect(page).toContain('<h2>Built otherwise than go126</h2>');
    expect(page).toContain('go1.26.8 -&gt; go1.27.0');
    expect(page).toContain('<h3>Go build</h3>');
    expect(page).not.toContain('<h3>Compose</h3>');
  });
});

describe('the page of a comparison', () => {
  it('needs nothing from anywhere, and runs no script', () => {
    expect(better.page).not.toMatch(/<script|<link|<img|https?:\/\//);
    expect(better.page).toContain("default-src 'none'");
  });

  it('draws each variant at each rate, with its interval', () => {
    const titles = [...better.page.matchAll(/<title>(\S+) at [\d,]+\/s: p99 .*? \(.*? to .*?\)<\/title>/g)];
    expect(titles.map(([, name]) => name)).toEqual(['100', '100', 'off', 'off']);
    expect(better.page).toMatch(/<title>off: p99 .*? CPU per request<\/title>/);
    expect(better.page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('shows only what there is of one round', () => {
    const { page } = reports(
      [
        { name: 'a', p99Us: 1000 },
        { name: 'b', p99Us: 1000 },
      ],
      1,
    );
    expect(page).toContain('only one round is whole');
    expect(page).not.toContain('<svg');
  });

  it('takes names of others for text', () => {
    const { page } = reports([
      { name: 'a', p99Us: 1000 },
      { name: '<b onload=x>', p99Us: 1000 },
    ]);
    expect(page).not.toContain('<b onload');
  });
});

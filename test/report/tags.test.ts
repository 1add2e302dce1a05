/** Comparisons, gates and searches for capacity say what they are called by, wherever they are told. */
import { expect, it } from 'vitest';
import { capacityResult } from '../../src/analysis/capacity/result.ts';
import { judgeComparison } from '../../src/analysis/compare/judgement.ts';
import { gateReport } from '../../src/analysis/gate/report.ts';
import { comparisonPage } from '../../src/report/html/comparison/page.ts';
import { gatePage } from '../../src/report/html/gate/page.ts';
import { gateJunit } from '../../src/report/junit/gate.ts';
import { gateMarkdown } from '../../src/report/markdown/gate.ts';
import { comparisonText } from '../../src/report/terminal/comparison.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { madeComparison } from '../helpers/comparison.ts';
import { keptGate } from '../helpers/gate.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';

const tags = { release: '1.5' };

it('of a gate', () => {
  const gate = { ...keptGate(gateRounds(8, {}, () => ({}))), tags };
  const report = gateReport(gate, { baseline: 'v1', candidate: 'v2' });
  expect(gatePage(report, [])).toContain('<span class="tag">release=1.5</span>');
  expect(gateMarkdown(report, [])).toContain('release=1.5');
  expect(gateJunit(report, { isAdvisory: false, isOpenGood: false })).toContain(
    '<property name="release" value="1.5"/>',
  );
});

it('of a comparison', () => {
  const comparison = { ...madeComparison([{ name: 'a', p99Us: 1000 }]), tags };
  const judgement = judgeComparison(comparison);
  expect(comparisonPage(comparison, judgement)).toContain('<span class="tag">release=1.5</span>');
  expect(comparisonText({ ...comparison, judgement }, { color: false })).toContain('release=1.5');
});

it('of a search for capacity', () => {
  expect(capacityResult(undefined, [], [], { ...sampleResult(), tags }).tags).toEqual(tags);
  expect('tags' in capacityResult(undefined, [], [], sampleResult())).toBe(false);
});

import { expect, test } from 'vitest';
import { chartsPart } from '../../../src/report/html/charts/charts-part.ts';
import { reportData } from '../../../src/report/html/charts/report-data.ts';
import { mainChart } from '../../../src/report/html/run/main-chart.ts';
import { stepsPart } from '../../../src/report/html/run/steps-table.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const result = sampleResult();

test('every step that broke is tinted in the picture, in all charts and in the table, the first one strongest', () => {
  expect(
    [...(mainChart(result)?.markup.matchAll(/<path class="(broke[\w-]*)"/g) ?? [])].map(([, look]) => look),
  ).toEqual(['broke', 'broke-too', 'broke', 'broke-too', 'broke', 'broke-too']);
  const tinted = reportData(result).bands.flatMap(({ name, broke }) => (broke ? [[name, broke]] : []));
  expect(tinted).toEqual([
    ['1600', 'broke'],
    ['1800', 'broke-too'],
  ]);
  expect(stepsPart(result).markup.match(/<tr class="measure broke[\w-]*"/g)).toEqual([
    '<tr class="measure broke"',
    '<tr class="measure broke-too"',
  ]);
});

test('what the tints mean is said wherever there are any', () => {
  expect(mainChart(result)?.markup).toContain('first step that broke</span> <span class="key-ground broke-too">');
  expect(chartsPart(reportData(result)).markup).toContain('On red: the first step that broke, more pale: steps that');
  expect(stepsPart(result).markup).toContain('<span class="tag bad">broke first</span>');
});

test('of a result of an older version, which names the first one only, that one is tinted', () => {
  const { diagnosis } = result;
  const { brokenSteps: _, ...capacity } = diagnosis!.capacity;
  const older = { ...result, diagnosis: { ...diagnosis!, capacity } };
  expect(
    reportData(older)
      .bands.filter(({ broke }) => broke)
      .map(({ name }) => name),
  ).toEqual(['1600']);
  expect(mainChart(older)?.markup).not.toContain('broke-too');
});

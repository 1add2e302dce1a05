/** A trend as text, as Markdown and as a page. */
import { expect, it } from 'vitest';
import { trendReport } from '../../src/analysis/trend/report.ts';
import { trendPage } from '../../src/report/html/trend/page.ts';
import { trendMarkdown } from '../../src/report/markdown/trend.ts';
import { trendText } from '../../src/report/terminal/trend.ts';
import { isWorse, trendState } from '../../src/report/words/trend-words.ts';
import { normalOf, trendLines } from '../helpers/trend-lines.ts';

const reportOf = (logs: readonly number[]) =>
  trendReport({
    file: 'trend.ndjson',
    lines: trendLines(logs),
    problems: ['trend.ndjson:9 is not JSON'],
    isJoined: false,
  });
const slower = reportOf([...normalOf(12, 0.01, 3), ...normalOf(8, 0.01, 4).map((value) => value + 0.08)]);

it.each([
  ['a terminal', trendText(slower, { color: false, width: 120 })],
  ['Markdown', trendMarkdown(slower)],
  ['a page', trendPage(slower)],
])('%s names the series, the change, the commits between, and what could not be read', (_, text) => {
  expect(text).toContain('p99 at 800/s');
  expect(text).toMatch(/v12\b[\s\S]*v13\b/);
  expect(text).toMatch(/git log 12a+\.\.13a+/);
  expect(text).toContain('trend.ndjson:9 is not JSON');
});

it('is worse while the level is above the one before', () => {
  expect(isWorse(slower)).toBe(true);
  expect(isWorse(reportOf(normalOf(20, 0.01, 3)))).toBe(false);
  const back = [
    ...normalOf(10, 0.01, 3),
    ...normalOf(8, 0.01, 4).map((value) => value + 0.08),
    ...normalOf(8, 0.01, 5),
  ];
  expect(isWorse(reportOf(back))).toBe(false);
});

it('of an empty file says that there is nothing', () => {
  expect(trendMarkdown(reportOf([]))).toContain('No gate has measured a change yet.');
  expect(trendText(reportOf([]), { color: false, width: 80 })).toContain('0 gates');
  expect(trendPage(reportOf([]))).toContain('Too early to tell');
});

it('claims nothing of series of which nothing can be told yet', () => {
  const [told, early] = [reportOf(normalOf(20, 0.01, 3)), reportOf(normalOf(3, 0.01, 4))];
  expect(trendState(told)).toMatchObject({
    word: 'Steady',
    sentence: 'No series is slower now than at its level before.',
  });
  expect(trendState(early)).toMatchObject({ tone: 'info', word: 'Too early to tell' });
  const both = { ...told, series: [...told.series, ...early.series] };
  expect(trendState(both).sentence).toBe(
    'One series is not slower now than at its level before; of one nothing can be told yet.',
  );
  const composed = {
    ...told,
    series: told.series.map((each) => ({ ...each, isComposed: true, changes: [], levels: [] })),
  };
  expect(trendState(composed)).toMatchObject({ tone: 'info', word: 'Not shown' });
  expect(trendPage(composed)).not.toContain('No series has enough gates yet');
});

it('says that an interval has no bound, and marks what is worse by its shape', () => {
  const [series] = reportOf(normalOf(20, 0.01, 3)).series;
  if (!series) throw new Error('no series was made');
  const [first, ...others] = series.points;
  const points = first ? [{ ...first, lowPercent: null, outcome: 'worse' as const }, ...others] : [];
  const page = trendPage({ ...reportOf([]), series: [{ ...series, points }] });
  expect(page).toMatch(/<td class="n">unbounded … [+−]/);
  expect(page).not.toContain('∞');
  expect(page.match(/<polygon/g)).toHaveLength(1);
});

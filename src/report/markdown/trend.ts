/** A trend as Markdown, for the summary of a job. */
import type { TrendReport, TrendSeries } from '../../model/trend.ts';
import { counted } from '../words/number-format.ts';
import { signs } from '../words/state-words.ts';
import { referenceText, seriesSentence, seriesTitle, seriesTone, standing, trendNotes } from '../words/trend-words.ts';
import { safe, tableLines } from './text.ts';

/** The Markdown; ends with a newline. */
export function trendMarkdown(report: TrendReport): string {
  const heads = ['', 'scenario', 'series', 'gates', 'stands at', 'what changed'];
  const rows = report.series.map(rowOf);
  const commits = report.series.flatMap(({ changes }) => changes.flatMap(({ commits: between }) => between ?? []));
  const blocks = [
    `## Trend of ${counted(report.gates, 'gate')}`,
    rows.length === 0
      ? 'No gate has measured a change yet.'
      : tableLines(heads, rows, (at) => at !== 3 && at !== 4).join('\n'),
    ...(commits.length === 0
      ? []
      : [`\`\`\`sh\n${[...new Set(commits)].map((each) => `git log ${each}`).join('\n')}\n\`\`\``]),
    trendNotes(report)
      .map((note) => `- ${safe(note)}`)
      .join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function rowOf(series: TrendSeries): string[] {
  return [
    signs[seriesTone(series)],
    safe(series.scenario),
    safe(`${seriesTitle(series)}, ${referenceText(series)}`),
    String(series.points.length),
    safe(standing(series)),
    safe(seriesSentence(series)),
  ];
}

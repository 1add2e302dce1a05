/** A trend for a terminal: a line for each series with its shape, then what changed, then what to know of it. */

import { spark } from '../../model/spark.ts';
import type { TrendReport, TrendSeries } from '../../model/trend.ts';
import { alignedRows } from '../words/aligned-rows.ts';
import { counted } from '../words/number-format.ts';
import { signs } from '../words/state-words.ts';
import {
  changeSentence,
  referenceText,
  seriesSentence,
  seriesTitle,
  seriesTone,
  standing,
  trendNotes,
} from '../words/trend-words.ts';
import { painter, plain, wrap } from './text.ts';

/** So many of the last points are drawn. */
const drawn = 24;

/** The text; ends with a newline. */
export function trendText(
  report: TrendReport,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(color);
  const room = Math.max(60, width);
  const groups = new Map<string, TrendSeries[]>();
  for (const series of report.series) {
    const head = `${series.scenario}, ${referenceText(series)}`;
    groups.set(head, [...(groups.get(head) ?? []), series]);
  }
  const blocks = [...groups].map(([head, all]) => {
    const rows = alignedRows(all.map((series) => cellsOf(series)));
    return [
      paint('bold', plain(head)),
      ...all.flatMap((series, index) => {
        const tone = seriesTone(series);
        return [
          paint(tone, `${signs[tone]} ${rows[index] ?? ''}`),
          ...(series.isComposed || series.note !== undefined || series.changes.length === 0
            ? wrap(seriesSentence(series), room, '    ').map((line) => paint('dim', line))
            : series.changes.flatMap((change) => [
                ...wrap(changeSentence(change), room, '    '),
                ...(change.commits === undefined ? [] : [`      git log ${change.commits}`]),
              ])),
        ];
      }),
    ];
  });
  const notes = trendNotes(report).flatMap((note) => wrap(`- ${note}`, room, '').map((line) => paint('dim', line)));
  const head = `${report.file}: ${counted(report.gates, 'gate')}, ${report.series.length} series`;
  return `${[[head], ...blocks, ...(notes.length > 0 ? [notes] : [])].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function cellsOf(series: TrendSeries): string[] {
  const percents = series.points.flatMap(({ percent }) => (percent === null ? [] : [percent]));
  return [seriesTitle(series), spark(percents.slice(-drawn)), standing(series)];
}

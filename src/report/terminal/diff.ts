/** Runs beside each other for a terminal. */
import type { RunDiff, RunDifference } from '../../model/run-diff.ts';
import { tagTexts } from '../../model/tags.ts';
import { formatNumber } from '../../model/units.ts';
import { alignedRows } from '../words/aligned-rows.ts';
import { doubtOf, letterOf, meetingTitle, noVerdict, stepRows, unmetLines, whyNoVerdict } from '../words/diff-words.ts';
import { noValue } from '../words/number-format.ts';
import { clip, cut, type Paint, painter, wrap } from './text.ts';

/** More than these of one kind are on the page. */
const mostDifferences = 16;
const widestValue = 32;

/** The text; ends with a newline. */
export function diffText(diff: RunDiff, { color, width }: { readonly color: boolean; readonly width: number }): string {
  const paint = painter(color);
  const room = Math.max(60, width);
  const blocks = [
    runLines(diff, paint, room),
    [paint('warn', `! ${noVerdict}.`), ...wrap(whyNoVerdict, room, '  ').map((line) => paint('dim', line))],
    diff.notes.flatMap((note) => wrap(`! ${note}`, room, '')),
    ...diff.steps.map((step) => [
      paint('bold', clip(meetingTitle(step), room)),
      ...tableOf(
        ['', ...diff.runs.map((_, index) => letterOf(index))],
        stepRows(step).map(({ what, cells }) => [what, ...cells]),
        room,
      ),
    ]),
    unmetLines(diff).flatMap((line) => wrap(line, room, '')),
    seriesLines(diff, paint, room),
    differenceLines('set otherwise', diff.scenario, paint, room),
    differenceLines('made elsewhere or with something else', diff.environment, paint, room),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function runLines({ runs }: RunDiff, paint: Paint, room: number): string[] {
  return runs.flatMap((run, index) => {
    const doubt = doubtOf(run);
    const about = [run.scenario, run.startedAt.slice(0, 16).replace('T', ' '), run.id, ...tagTexts(run.tags)].join(
      '  ',
    );
    return [
      `${paint('bold', letterOf(index))}  ${clip(about, room - 3 - doubt.length)}${doubt === '' ? '' : `  ${paint('bad', doubt)}`}`,
      ...run.reasons.slice(0, 3).flatMap((reason) => wrap(`- ${reason}`, room, '   ')),
    ];
  });
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[], room: number): string[] {
  return alignedRows([heads, ...rows]).map((line) => cut(line, room));
}

/** Means in the last step that meets: those of the others are on the page. */
function seriesLines({ charts, runs }: RunDiff, paint: Paint, room: number): string[] {
  const rows = charts.flatMap(({ service, title, unit, steps }) => {
    const last = steps.at(-1);
    if (!last || service === 'generator') return [];
    const cells = last.means.map((value) => (value === null ? noValue : formatNumber(value)));
    return [[`${service}: ${title}${unit === '' || unit === title ? '' : `, ${unit}`}`, ...cells]];
  });
  const shape = charts[0]?.steps.at(-1)?.shape;
  if (rows.length === 0 || shape === undefined) return [];
  return [
    paint('dim', `means at ${shape}, the last step that meets`),
    ...tableOf(['', ...runs.map((_, index) => letterOf(index))], rows, room),
  ];
}

function differenceLines(title: string, all: readonly RunDifference[], paint: Paint, room: number): string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, mostDifferences)
    .map(({ what, values }) => [clip(what, widestValue + 8), ...values.map((value) => clip(value, widestValue))]);
  const left = all.length - rows.length;
  return [
    paint('dim', title),
    ...tableOf(['', ...(all[0]?.values ?? []).map((_, index) => letterOf(index))], rows, room),
    ...(left > 0 ? [`and ${left} more: --out FILE.html has them all`] : []),
  ];
}

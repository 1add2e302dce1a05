/** What `inspect` found, for a terminal: one section for each input, then what changed between them. */
import { shortFunction } from '../../../model/function-name.ts';
import type { HistogramInspection, HistogramPoint, Inspection, LogInspection } from '../../../model/inspection.ts';
import type { InspectChanges } from '../../../model/inspection-changes.ts';
import { curve } from '../../../model/spark.ts';
import { formatCount } from '../../../model/units.ts';
import { columnWidths, paddedCells } from '../../words/aligned-rows.ts';
import {
  aboutInput,
  changeOf,
  changeText,
  latencyOf,
  momentText,
  signedChange,
  unitText,
} from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { cut, type Paint, painter, wrap } from '../text.ts';
import { goroutineLines, judgementLines } from './goroutines.ts';
import { processLines } from './process.ts';
import { profileLines } from './profile.ts';
import { traceLines } from './trace.ts';

/** Whether to colour, and how many columns a line may have. */
interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

const changesShown = 20;
const worstShown = 5;
const judgementsShown = 12;
/** The last of them: what happened last is as a rule why somebody looks. */
const processesShown = 6;
const dumpsShown = 4;

/** The text of these inspections and changes; under 60 columns lines are as for 60. */
export function inspectionText(
  inspections: readonly Inspection[],
  changes: readonly InspectChanges[],
  { color, width }: TextOptions,
): string {
  const room = Math.max(60, width);
  const paint = painter(color);
  const blocks = [
    ...inspections.flatMap((inspection) => inspectionBlocks(inspection, paint, room)),
    ...changes.map((change) => changeLines(change, paint, room)),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function inspectionBlocks(inspection: Inspection, paint: Paint, room: number): string[][] {
  const [first = '', ...rest] = wrap(`${inspection.file}  ${aboutInput(inspection)}`, room, '');
  const name = cut(inspection.file, room);
  const head = first.startsWith(name) ? paint('bold', name) + first.slice(name.length) : first;
  const { judgements } = inspection;
  const judged = judgements.slice(0, judgementsShown).flatMap((judgement) => judgementLines(judgement, paint, room));
  if (judgements.length > judgementsShown) {
    judged.push(paint('dim', `and ${formatCount(judgements.length - judgementsShown)} more of the kind: see --json`));
  }
  const top = [[head, ...rest], judged];
  if (inspection.kind === 'profile') return [...top, ...profileLines(inspection, paint, room)];
  if (inspection.kind === 'hlog') return [...top, ...histogramBlocks(inspection, paint, room)];
  if (inspection.kind === 'trace') return [...top, ...traceLines(inspection, paint, room)];
  return [...top, ...logBlocks(inspection, paint, room)];
}

function logBlocks(log: LogInspection, paint: Paint, room: number): string[][] {
  const { processes, processesLeftOut, dumps, dumpsLeftOut } = log;
  const earlier = (what: string, count: number, leftOut: number) =>
    count + leftOut > 0
      ? [
          paint(
            'dim',
            `${formatCount(count + leftOut)} earlier ${what}: see --json${leftOut > 0 ? ', or only counted' : ''}`,
          ),
        ]
      : [];
  return [
    earlier('processes', Math.max(0, processes.length - processesShown), processesLeftOut),
    ...processes.slice(-processesShown).map((process) => processLines(process, paint, room)),
    earlier('dumps', Math.max(0, dumps.length - dumpsShown), dumpsLeftOut),
    ...dumps.slice(-dumpsShown).map((dump) => goroutineLines(dump, paint, room)),
  ];
}

function histogramBlocks({ tags, unit, unitFrom }: HistogramInspection, paint: Paint, room: number): string[][] {
  const text = (value: number) => latencyOf(value, unit);
  const blocks = tags.map(({ tag, intervals, whole, mean, points }) => {
    const keys = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
    const slowest = points.toSorted((a, b) => b.p99 - a.p99).slice(0, worstShown);
    const axis = { fromS: 0, toS: whole.lengthS, width: Math.min(60, room - 36) };
    return [
      `${paint('bold', tag === '' ? 'untagged' : tag)}  ${counted(whole.count, 'value')} in ${counted(intervals, 'interval')}, ${momentText(whole.lengthS)}`,
      `  mean ${text(mean)}, ${keys.map((key) => `${key === 'p999' ? 'p99.9' : key} ${text(whole[key])}`).join(', ')}`,
      ...(['p50', 'p99', 'max'] as const).map(
        (key) =>
          `  ${key.padEnd(14)} ${curve(stepsOf(points, key), axis, true)}  ${text(Math.min(...points.map((point) => point[key])))} to ${text(Math.max(...points.map((point) => point[key])))}`,
      ),
      ...(points.length > 1 ? [paint('dim', '  slowest stretches')] : []),
      ...(points.length > 1
        ? slowest.map(
            ({ atS, lengthS, count, p50, p99, max }) =>
              `    at ${momentText(atS).padStart(9)}, ${momentText(lengthS)} long: p50 ${text(p50)}, p99 ${text(p99)}, max ${text(max)} of ${formatCount(count)}`,
          )
        : []),
    ];
  });
  return [...blocks, [paint('dim', unitText({ unit, unitFrom }))]];
}

/** Each value stands from the beginning of its stretch to its end. */
function stepsOf(points: readonly HistogramPoint[], key: 'p50' | 'p99' | 'max'): [number, number][] {
  return points.flatMap(({ atS, lengthS, [key]: value }): [number, number][] => [
    [atS, value],
    [atS + 0.999 * lengthS, value],
  ]);
}

function changeLines(change: InspectChanges, paint: Paint, room: number): string[] {
  const { of, inputs, rows, note } = change;
  const heads = [...inputs.map((_, at) => `[${at + 1}]`), 'change'];
  const cells = rows.slice(0, changesShown).map((row) => {
    const by = changeOf(row);
    return [...row.values.map((value) => changeText(value, change)), signedChange(by, change)];
  });
  const widths = columnWidths([heads, ...cells]);
  const line = (row: readonly string[]) => paddedCells(row, widths, () => true).join('  ');
  const left = widths.reduce((sum, each) => sum + each + 2, 2);
  return [
    `${paint('bold', 'What changed')}  ${of}`,
    ...inputs.map((input, at) => cut(`  [${at + 1}] ${input}`, room)),
    ...wrap(note, room, '  ').map((text) => paint('dim', text)),
    ...(rows.length === 0 ? ['  nothing'] : [paint('dim', `  ${line(heads)}`)]),
    ...cells.map((row, at) => {
      const { name = '', detail } = rows[at] ?? {};
      const what = detail === undefined ? shortFunction(name) : `${shortFunction(name)}  ${detail}`;
      return `  ${line(row)}  ${cut(what, Math.max(20, room - left))}`;
    }),
    ...(rows.length > changesShown
      ? [paint('dim', `  and ${formatCount(rows.length - changesShown)} more: see --json`)]
      : []),
  ];
}

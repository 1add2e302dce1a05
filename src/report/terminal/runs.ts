/** A list of runs for a terminal: newest first, within its width. */
import type { RunEntry } from '../../model/run-summary.ts';
import { tagTexts } from '../../model/tags.ts';
import { formatDurationMs, formatLatencyUs } from '../../model/units.ts';
import { columnWidths, paddedCells } from '../words/aligned-rows.ts';
import { noValue, rpsCell } from '../words/number-format.ts';
import type { Tone } from '../words/state-words.ts';
import { clip, painter } from './text.ts';

const tones: Readonly<Record<string, Tone>> = {
  pass: 'good',
  fail: 'bad',
  'cannot-tell': 'warn',
  invalid: 'bad',
  running: 'info',
  'cut-off': 'warn',
  unreadable: 'bad',
};

/** One column; `need` says what goes first when there is too little room. */
interface Column {
  readonly head: string;
  readonly need: number;
  readonly isRight?: boolean;
  readonly cell: (entry: RunEntry) => string;
}

const columns: readonly Column[] = [
  { head: 'started', need: 0, cell: ({ startedAt }) => (startedAt === undefined ? noValue : localTime(startedAt)) },
  { head: 'kind', need: 3, cell: ({ of = '' }) => of },
  { head: 'scenario', need: 2, cell: ({ scenario = noValue }) => scenario },
  { head: 'verdict', need: 0, cell: verdictCell },
  { head: 'took', need: 5, isRight: true, cell: ({ tookMs }) => (tookMs === undefined ? '' : shortTime(tookMs)) },
  { head: 'held/s', need: 1, isRight: true, cell: ({ heldRps }) => (heldRps === undefined ? '' : rpsCell(heldRps)) },
  { head: 'p99', need: 1, isRight: true, cell: ({ p99Us }) => (p99Us === undefined ? '' : formatLatencyUs(p99Us)) },
  { head: 'tags', need: 4, cell: ({ tags }) => tagTexts(tags).join(' ') },
  { head: 'directory', need: 0, cell: ({ directory }) => directory },
];

/** The widest that a column of words may be while others have no room. */
const widestWords = 28;

/** The lines, with a head; a problem stands below its run. */
export function runListText(
  runs: readonly RunEntry[],
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(color);
  const room = Math.max(60, width);
  let shown = columns.filter(({ need, cell }) => need === 0 || runs.some((entry) => cell(entry) !== ''));
  const rowsOf = () => [
    shown.map(({ head }) => head),
    ...runs.map((entry) =>
      shown.map(({ cell, head }) => (head === 'directory' ? cell(entry) : clip(cell(entry), widestWords))),
    ),
  ];
  const widthOf = () => columnWidths(rowsOf()).reduce((sum, each) => sum + each + 2, -2);
  while (widthOf() > room) {
    const most = Math.max(...shown.map(({ need }) => need));
    if (most === 0) break;
    shown = shown.filter(({ need }) => need !== most);
  }
  const [heads = [], ...rows] = rowsOf();
  const widths = columnWidths([heads, ...rows]);
  const isRight = (at: number) => shown[at]?.isRight === true;
  const verdictAt = shown.findIndex(({ head }) => head === 'verdict');
  const lines = rows.flatMap((cells, index) => {
    const padded = paddedCells(cells, widths, isRight);
    const entry = runs[index];
    const tone = tones[entry ? wordOf(entry) : ''];
    if (tone) padded[verdictAt] = paint(tone, padded[verdictAt] ?? '');
    const line = padded.join('  ').trimEnd();
    return entry?.problem === undefined ? [line] : [line, `  ${clip(entry.problem, room - 2)}`];
  });
  return [paint('dim', paddedCells(heads, widths, isRight).join('  ').trimEnd()), ...lines, ''].join('\n');
}

function wordOf({ state, verdict }: RunEntry): string {
  return state === 'ended' ? (verdict ?? 'invalid') : state;
}

function verdictCell(entry: RunEntry): string {
  return `${wordOf(entry).replace('-', ' ')}${entry.keep === undefined ? '' : ' *'}`;
}

/** In the time zone of the reader, as ids are: `2026-01-31 14:25`. */
function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return noValue;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function shortTime(ms: number): string {
  if (ms < 3_600_000) return formatDurationMs(Math.round(ms / 1000) * 1000);
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
}

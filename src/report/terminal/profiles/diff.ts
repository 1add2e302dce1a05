/** What changed between two selections of profiles, for a terminal. */
import type { ProfileDiff, ValueDifference } from '../../../model/profile-diff.ts';
import { formatNumber, formatShare, formatSignedPercent } from '../../../model/units.ts';
import { columnWidths, paddedCells } from '../../words/aligned-rows.ts';
import { counted } from '../../words/number-format.ts';
import { amountText, columnText, nameText, partsText, perText } from '../../words/profile-text.ts';
import { cut, type Paint, painter, wrap } from '../text.ts';
import type { TextOptions } from './top.ts';

/** So many of the new and of the gone functions are named. */
const mostNamed = 8;

/** Both sides, the changes, and what is new and gone; ends with a newline. */
export function profileDiffText(diff: ProfileDiff, { color, columns }: TextOptions): string {
  const paint = painter(color);
  const room = Math.max(60, columns);
  const { total, base, notes } = diff;
  const amount = (value: number) => sideText(value, diff);
  const head = `${columnText(diff.column)} ${perText(diff)}: ${amount(total.base)} before, ${amount(total.value)} now${changeText(total)}`;
  const blocks = [
    [paint('bold', cut(head, room)), `before: ${partsText(base.parts)}`, `now:    ${partsText(diff.new.parts)}`],
    tableLines(diff, paint, room),
    wrap(noiseText(diff), room, ''),
    [...namedLines('new', diff, room), ...namedLines('gone', diff, room)],
    notes.flatMap((note) => wrap(`note: ${note}`, room, '')),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function sideText(value: number, { per, perUnit, unit }: ProfileDiff): string {
  if (per !== 'share') return amountText(value / perUnit, unit);
  return `${value < 0 ? '−' : ''}${formatShare(Math.abs(value / perUnit))}`;
}

function changeText({ value, base, verdict }: ValueDifference): string {
  if (base === 0 || value === base) return '';
  const change = formatSignedPercent((100 * (value - base)) / Math.abs(base));
  return ` (${change}${verdict === 'within-noise' ? ', within noise' : ''})`;
}

function tableLines(diff: ProfileDiff, paint: Paint, room: number): string[] {
  const { rows, order, by, rowsLeftOut } = diff;
  if (rows.length === 0) return ['nothing on either side'];
  const cells = rows.map((row) => {
    const { value, base, state, z } = row[order];
    const change = value - base;
    const percent = state === 'both' ? formatSignedPercent((100 * change) / Math.abs(base)) : state;
    return [
      `${change > 0 ? '+' : ''}${sideText(change, diff)}`,
      percent,
      sideText(base, diff),
      sideText(value, diff),
      z === undefined ? '' : formatNumber(Number(z.toFixed(1))),
      nameText(row.name, by),
    ];
  });
  const all = [['change', '%', 'before', 'now', 'z', by], ...cells];
  const widths = columnWidths(all);
  const lines = all.map((row) => cut(paddedCells(row, widths, (column) => column < 5).join('  '), room));
  return [
    ...lines.map((line, index) => {
      const verdict = rows[index - 1]?.[order].verdict;
      return verdict === 'within-noise' || verdict === 'same' ? paint('dim', line) : line;
    }),
    ...(rowsLeftOut > 0 ? [`and ${counted(rowsLeftOut, `more ${by}`)}: --rows 0 shows all`] : []),
  ];
}

function noiseText({ compared, beyondNoise, unknown, by }: ProfileDiff): string {
  if (unknown !== undefined) return `How much of it is chance is not known: ${unknown}.`;
  const chance = Math.round(compared * 0.05);
  return `${beyondNoise} of ${counted(compared, by)} changed beyond noise (|z| of 2 or more, and by the exact test less than 1 in 20 by chance); the others are within noise. Of ${compared} that did not change, chance alone would show about ${chance}.`;
}

/** What has no percentage, by name. */
function namedLines(state: 'new' | 'gone', { rows, order, by }: ProfileDiff, room: number): string[] {
  const names = rows
    .filter((row) => row[order].state === state && ['more', 'less'].includes(row[order].verdict))
    .map(({ name }) => nameText(name, by));
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return wrap(`${state}: ${names.slice(0, mostNamed).join(', ')}${more}`, room, '');
}

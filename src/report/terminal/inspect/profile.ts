/** A profile for a terminal: its functions, and of goroutines their groups. */
import { shortFunction } from '../../../model/function-name.ts';
import type { ProfileInspection } from '../../../model/inspection.ts';
import { formatCount } from '../../../model/units.ts';
import { valueText } from '../../words/inspect-text.ts';
import { partText } from '../../words/number-format.ts';
import { cut, type Paint } from '../text.ts';
import { goroutineLines } from './goroutines.ts';

const functionsShown = 20;

/** The blocks of a profile. */
export function profileLines(profile: ProfileInspection, paint: Paint, room: number): string[][] {
  if (profile.snapshot) return [goroutineLines(profile.snapshot, paint, room)];
  const { columns, column, functions, functionsLeftOut } = profile;
  const { unit = '', total = 0, type = '' } = columns[column] ?? {};
  if (functions.length === 0) return [[`no ${type}: the profile is empty`]];
  const share = (value: number) => partText(value, total);
  const line = (cells: readonly string[], name: string) =>
    `${cells.map((cell) => cell.padStart(9)).join(' ')}  ${name}`;
  const rest = functions.length + functionsLeftOut - functionsShown;
  return [
    [
      paint('dim', line(['flat', '', 'cum', ''], 'function')),
      ...functions
        .slice(0, functionsShown)
        .map(({ name, flat, cum }) =>
          cut(line([valueText(flat, unit), share(flat), valueText(cum, unit), share(cum)], shortFunction(name)), room),
        ),
      ...(rest > 0 ? [paint('dim', `and ${formatCount(rest)} more functions: see --json`)] : []),
    ],
  ];
}

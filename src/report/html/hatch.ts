/** Hatching: areas that are told apart by the lean of their lines, where colour alone would not do. */
import { raw } from './markup.ts';
import { round } from './svg-scale.ts';

const apart = 9;

/** How the lines of an area lean; the next area has the next lean. */
const leans = ['rising', 'falling', 'upright'] as const;

type Lean = (typeof leans)[number];

/** The lean of the area of this index. */
export function leanOf(index: number): Lean {
  return leans[index % leans.length] ?? 'rising';
}

/** Lines within a box as the `d` of a path. */
export function hatching(left: number, right: number, top: number, bottom: number, lean: Lean) {
  const tall = bottom - top;
  if (lean === 'upright') {
    const lines: string[] = [];
    for (let x = left + apart / 2; x < right; x += apart) lines.push(`M${round(x)} ${round(top)}V${round(bottom)}`);
    return raw(lines.join(''));
  }
  const lines: string[] = [];
  for (let foot = left - tall + apart; foot < right; foot += apart) {
    const [from, until] = [Math.max(foot, left), Math.min(foot + tall, right)];
    const y = (x: number) => (lean === 'rising' ? bottom - (x - foot) : top + (x - foot));
    lines.push(`M${round(from)} ${round(y(from))}L${round(until)} ${round(y(until))}`);
  }
  return raw(lines.join(''));
}

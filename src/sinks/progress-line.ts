/** The line of progress that is redrawn: as much of it as the terminal has room for, with the latest values of what moves as curves. */
import { curve } from '../model/spark.ts';

/** A piece of the line; `trend` are its latest values, oldest first. One that is not needed goes first where there is no room. */
export interface LinePart {
  readonly text: string;
  /** The same where room is scarce. */
  readonly short?: string;
  readonly trend?: readonly number[];
  readonly isExtra?: boolean;
}

/** The widest curve, in characters; as many values are worth keeping. */
const widestCurve = 12;

/** From the best to the least line: how wide its curves are, and whether it has its extras and its long words. */
const forms: readonly (readonly [width: number, hasExtras: boolean, isLong: boolean])[] = [
  [widestCurve, true, true],
  [8, true, true],
  [8, false, true],
  [8, false, false],
  [5, false, false],
  [3, false, false],
  [0, false, false],
];

/** The best line that fits; what fits in no form is cut. */
export function progressLine(parts: readonly LinePart[], room: number): string {
  let line = '';
  for (const [width, hasExtras, isLong] of forms) {
    const shown = parts.filter(({ isExtra }) => hasExtras || !isExtra);
    const texts = shown.map(
      ({ text, short = text, trend = [] }) => `${isLong ? text : short}${trendText(trend, width)}`,
    );
    line = texts.join(isLong ? ' | ' : '  ');
    if (line.length <= room) return line;
  }
  return line.slice(0, room);
}

function trendText(trend: readonly number[], width: number): string {
  const values = trend.slice(-width);
  // One value is no curve.
  if (width === 0 || values.length < 2) return '';
  const points = values.map((value, index) => [index, value] as const);
  return ` ${curve(points, { fromS: 0, toS: values.length, width: values.length }, false)}`;
}

/** The latest values of what moves, by its name. */
export class Trends {
  private readonly values = new Map<string, number[]>();

  /** Takes the next value; returns those to draw. */
  next(name: string, value: number): readonly number[] {
    const values = [...(this.values.get(name) ?? []), value].slice(-widestCurve);
    this.values.set(name, values);
    return values;
  }
}

/** One lane of the picture on the first screen: lines of one unit on one scale, and where their points come from. */
import type { RunResult } from '../../../model/run-result.ts';
import { withHoles } from '../charts/downsample.ts';
import type { Markup } from '../markup.ts';

/** A null value is a hole, over which no line goes. */
export type Point = readonly [atUs: number, value: number | null];

/** Its lines lie in their order, the last one on top. */
export interface Lane {
  readonly title: string;
  readonly note: Markup | undefined;
  readonly lines: readonly { readonly look: string; readonly points: readonly Point[] }[];
  readonly isRatio: boolean;
  /** A value with its unit. */
  readonly words: (value: number) => string;
  /** When its level changed, and by how much that may be wrong. */
  readonly moved?: { readonly atUs: number; readonly uncertaintyUs: number } | undefined;
}

/** Of points that stand for a while of a long run the greatest: a spike is not to be lost. */
export function pointsOf({ series, gaps }: RunResult, target: string, name: string): readonly Point[] {
  const found = series.find((each) => each.target === target && each.name === name);
  if (!found) return [];
  const points = found.points.map(([atUs, value, , most]): [number, number] => [atUs, most ?? value]);
  return withHoles({ ...found, points }, gaps).map(([atS, value]): Point => [atS * 1e6, value]);
}

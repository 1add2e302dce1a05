/** What a chart is: the shapes that the page embeds and the client draws. */
import type { Colour } from './chart-data.ts';

/** One line of a chart: an index into the embedded series, and how it looks. */
export interface Line {
  readonly series: number;
  readonly label: string;
  readonly target: string;
  readonly colour: Colour;
  readonly dash: boolean;
  readonly width: number;
}

/** One of several sets of lines that a chart can show, one at a time. */
export interface Variant {
  readonly label: string;
  readonly lines: readonly Line[];
}

/** One chart; `stack` piles its lines up under the first of them, `points` draws no line between moments. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly shape: 'lines' | 'points' | 'stack';
  readonly height: number;
  /** What its legend switches: its own lines, or targets in all charts. */
  readonly legend: 'lines' | 'targets';
  readonly log: boolean;
  readonly lines: readonly Line[];
  readonly variants: readonly Variant[];
}

/** Charts that answer one question; `absent` names what this result does not hold. */
export interface PanelGroup {
  readonly title: string;
  readonly note: string;
  readonly panels: readonly Panel[];
  readonly absent: readonly string[];
}

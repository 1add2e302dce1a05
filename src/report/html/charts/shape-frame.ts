/** What the pictures of cells over time have in common: the place of a moment, the ink of a value, steps, seconds and events. */
import { hatching, leanOf } from '../hatch.ts';
import { html, type Markup, raw, readable } from '../markup.ts';
import { linearScale, round } from '../svg-scale.ts';
import type { ReportData } from './report-data.ts';

/** Of such a picture, in its own units. */
export const shapeWidth = 1000;
/** From the first moment to the last. */
export const plotAcross = { left: 64, right: shapeWidth - 12 };
/** Above the cells stand the names of the steps. */
export const plotTop = 22;
/** Below them the seconds. */
export const belowPlot = 26;

/** How strong the ink of each level is; a level is an equal part of the magnitudes from one to the most in a cell. */
export const inkLevels: readonly number[] = [0.16, 0.3, 0.45, 0.6, 0.8, 1];

/** The level of a count of at least one. */
export function levelOf(count: number, most: number): number {
  return Math.min(inkLevels.length - 1, Math.floor((Math.log(count) / Math.log(most + 1)) * inkLevels.length));
}

/** The time that a picture is of. */
export interface ShapeSpan {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Where a moment stands. */
export function placeX(us: number, { fromUs, untilUs }: ShapeSpan): number {
  return plotAcross.left + ((us - fromUs) / (untilUs - fromUs)) * (plotAcross.right - plotAcross.left);
}

/** What stands around and over the cells. */
interface Frame {
  readonly seconds: readonly Markup[];
  readonly steps: readonly Markup[];
  readonly events: readonly Markup[];
  readonly faults: readonly Markup[];
}

/** What a picture tells of the run besides its cells. */
export type Surroundings = Pick<ReportData, 'bands' | 'marks' | 'faults'>;

/** Seconds below, steps above with their edges, events as dotted lines and faults hatched, of a picture so many units high. */
export function frame(span: ShapeSpan, height: number, { bands, marks, faults = [] }: Surroundings): Frame {
  const { fromUs, untilUs } = span;
  const bottom = height - belowPlot;
  const atX = (us: number) => placeX(us, span);
  const isWithin = (atS: number) => atS * 1e6 >= fromUs && atS * 1e6 <= untilUs;
  const ticks = linearScale([fromUs / 1e6, untilUs / 1e6], plotAcross.left, plotAcross.right).ticks;
  return {
    seconds: ticks
      .filter(isWithin)
      .map(
        (at) =>
          html`<text x="${round(atX(at * 1e6))}" y="${height - 8}" text-anchor="middle">${Number(at.toPrecision(6))} s</text>`,
      ),
    steps: bands
      .filter(({ fromS, toS }) => toS * 1e6 > fromUs && fromS * 1e6 < untilUs)
      .map(({ name, fromS, toS }) =>
        bandOf(name, atX(Math.max(fromS * 1e6, fromUs)), atX(Math.min(toS * 1e6, untilUs)), bottom),
      ),
    events: marks
      .filter(({ atS }) => isWithin(atS))
      .map(
        ({ atS, text }) =>
          html`<path class="mark" d="M${round(atX(atS * 1e6))} ${plotTop}V${bottom}"><title>${text}</title></path>`,
      ),
    faults: faults.flatMap(({ name, fromS, toS }, index) => {
      if (toS * 1e6 < fromUs || fromS * 1e6 > untilUs) return [];
      const [left, right] = [atX(Math.max(fromS * 1e6, fromUs)), atX(Math.min(toS * 1e6, untilUs))];
      const label = fitting(readable(name), plotAcross.right - left - 6);
      return [
        html`<g class="fault f${index % 3}"><path class="hatch" d="${hatching(left, right, plotTop, bottom, leanOf(index))}"/><path class="edge" d="M${round(left)} ${plotTop}V${bottom}M${round(right)} ${plotTop}V${bottom}"/><text x="${round(left + 4)}" y="${plotTop + 12}">${label}</text></g>`,
      ];
    }),
  };
}

/** The cells of each level as one path. */
export function inks(paths: readonly string[]): readonly (Markup | undefined)[] {
  return paths.map((path, level) =>
    path === '' ? undefined : html`<path d="${raw(path)}" fill="var(--blue)" opacity="${inkLevels[level] ?? 1}"/>`,
  );
}

/** The edge of a step, and its name as far as it has room. */
function bandOf(name: string, left: number, right: number, bottom: number): Markup {
  const label = fitting(readable(name), right - left - 6);
  return html`<path class="grid" d="M${round(left)} ${plotTop - 16}V${bottom}"/><text x="${round(left + 4)}" y="${plotTop - 7}">${label}</text>`;
}

/** As much of a name as surely has room: small letters and digits are narrow, of all others the widest is taken. */
function fitting(name: string, room: number): string {
  let used = 0;
  for (const [at, char] of [...name].entries()) {
    used += /[a-ln-vx-z0-9 ._:,/-]/.test(char) ? 7 : 11.5;
    if (used > room) return at > 2 ? `${[...name].slice(0, at - 1).join('')}…` : '';
  }
  return name;
}

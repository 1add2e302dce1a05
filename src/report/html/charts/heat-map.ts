/** The latency heat map of a run, as SVG without script: how many arrivals took how long, over the time they were due. */
import type { Heat } from '../../../model/latency-shape.ts';
import { formatCount, formatLatencyUs } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import { linearScale } from '../svg-scale.ts';
import type { Band, Mark } from './chart-data.ts';

const width = 1000;
const height = 290;
const plot = { left: 64, right: width - 12, top: 22, bottom: height - 26 };

/** How strong the ink of each level is; a level is an equal part of the magnitudes from one arrival to the most in a cell. */
const levels = [0.16, 0.3, 0.45, 0.6, 0.8, 1];

/** The picture, with the steps named above it and events as dotted lines. */
export function heatMap(heat: Heat, bands: readonly Band[], marks: readonly Mark[]): Markup {
  const { fromUs, columnUs, boundsUs, columns } = heat;
  const untilUs = fromUs + columns.length * columnUs;
  const atX = (us: number) => plot.left + ((us - fromUs) / (untilUs - fromUs)) * (plot.right - plot.left);
  const most = columns.reduce(
    (high, cells) => cells.reduce((at, count, place) => (place % 2 === 1 ? Math.max(at, count) : at), high),
    1,
  );
  const paths = levels.map(() => '');
  const rowHeight = (plot.bottom - plot.top) / (boundsUs.length - 1);
  for (const [column, cells] of columns.entries()) {
    for (let place = 0; place < cells.length; place += 2) {
      const count = cells[place + 1] ?? 0;
      const level = Math.min(levels.length - 1, Math.floor((Math.log(count) / Math.log(most + 1)) * levels.length));
      const top = plot.bottom - ((cells[place] ?? 0) + 1) * rowHeight;
      const [left, right] = [atX(fromUs + column * columnUs), atX(fromUs + (column + 1) * columnUs)];
      paths[level] += `M${round(left)} ${round(top)}H${round(right)}v${round(rowHeight)}H${round(left)}z`;
    }
  }
  const inSight = bands.filter(({ fromS, toS }) => toS * 1e6 > fromUs && fromS * 1e6 < untilUs);
  const seconds = linearScale([fromUs / 1e6, untilUs / 1e6], plot.left, plot.right).ticks;
  return html`<svg class="shape" viewBox="0 0 ${width} ${height}" role="img" aria-label="Response latency over time: how many arrivals took how long, at most ${formatCount(most)} in a cell">
${yTicks(boundsUs).map(
  ([us, row]) =>
    html`<path class="grid" d="M${plot.left} ${round(plot.bottom - row * rowHeight)}H${plot.right}"/><text x="${plot.left - 8}" y="${round(plot.bottom - row * rowHeight + 4)}" text-anchor="end">${formatLatencyUs(us)}</text>`,
)}
${seconds.filter((at) => at * 1e6 >= fromUs && at * 1e6 <= untilUs).map((at) => html`<text x="${round(atX(at * 1e6))}" y="${height - 8}" text-anchor="middle">${Number(at.toPrecision(6))} s</text>`)}
${paths.map((path, level) => (path === '' ? undefined : html`<path d="${wholePath(path)}" fill="var(--blue)" opacity="${levels[level] ?? 1}"/>`))}
${inSight.map(({ name, fromS, toS }) => bandOf(name, atX(Math.max(fromS * 1e6, fromUs)), atX(Math.min(toS * 1e6, untilUs))))}
${marks.filter(({ atS }) => atS * 1e6 >= fromUs && atS * 1e6 <= untilUs).map(({ atS, text }) => html`<path class="mark" d="M${round(atX(atS * 1e6))} ${plot.top}V${plot.bottom}"><title>${text}</title></path>`)}
</svg>`;
}

/** The edge of a step, and its name as far as it has room. */
function bandOf(name: string, left: number, right: number): Markup {
  const label = fitting(name, right - left - 6);
  return html`<path class="grid" d="M${round(left)} ${plot.top - 16}V${plot.bottom}"/><text x="${round(left + 4)}" y="${plot.top - 7}">${label}</text>`;
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

/** Round values near an edge of a row, with that row: one, two and five of each power of ten, or where these are many only one. */
function yTicks(boundsUs: readonly number[]): readonly (readonly [us: number, row: number])[] {
  const decades = Math.log10((boundsUs.at(-1) ?? 1) / (boundsUs[1] ?? 1));
  const wanted = decades > 3.5 ? [1] : [1, 2, 5];
  return boundsUs.flatMap((us, row) => {
    const near = Number(us.toPrecision(1));
    const isWanted = wanted.includes(Number(String(near)[0])) && Math.abs(us / near - 1) < 0.02;
    return isWanted ? [[near, row] as const] : [];
  });
}

/** A path is made of our own numbers, and may be longer than any text. */
function wholePath(path: string): Markup {
  return { markup: path };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The latency heat map of a run, as SVG without script: how many arrivals took how long, over the time they were due. */
import type { Heat } from '../../../model/latency-shape.ts';
import { formatCount, formatLatencyUs } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import {
  frame,
  inkLevels,
  inks,
  levelOf,
  placeX,
  plotAcross,
  plotTop,
  type Surroundings,
  shapeWidth,
} from './shape-frame.ts';

const height = 290;
const plot = { ...plotAcross, top: plotTop, bottom: height - 26 };

/** The picture, with the steps named above it, events as dotted lines, and faults hatched. */
export function heatMap(heat: Heat, around: Surroundings): Markup {
  const { fromUs, columnUs, boundsUs, columns } = heat;
  const untilUs = fromUs + columns.length * columnUs;
  const span = { fromUs, untilUs };
  const atX = (us: number) => placeX(us, span);
  const most = columns.reduce(
    (high, cells) => cells.reduce((at, count, place) => (place % 2 === 1 ? Math.max(at, count) : at), high),
    1,
  );
  const paths = inkLevels.map(() => '');
  const rowHeight = (plot.bottom - plot.top) / (boundsUs.length - 1);
  for (const [column, cells] of columns.entries()) {
    for (let place = 0; place < cells.length; place += 2) {
      const count = cells[place + 1] ?? 0;
      const level = levelOf(count, most);
      const top = plot.bottom - ((cells[place] ?? 0) + 1) * rowHeight;
      const [left, right] = [atX(fromUs + column * columnUs), atX(fromUs + (column + 1) * columnUs)];
      paths[level] += `M${round(left)} ${round(top)}H${round(right)}v${round(rowHeight)}H${round(left)}z`;
    }
  }
  const { seconds, steps, events, faults } = frame(span, height, around);
  return html`<svg class="shape" viewBox="0 0 ${shapeWidth} ${height}" role="img" aria-label="Response latency over time: how many arrivals took how long, at most ${formatCount(most)} in a cell">
${yTicks(boundsUs).map(
  ([us, row]) =>
    html`<path class="grid" d="M${plot.left} ${round(plot.bottom - row * rowHeight)}H${plot.right}"/><text x="${plot.left - 8}" y="${round(plot.bottom - row * rowHeight + 4)}" text-anchor="end">${formatLatencyUs(us)}</text>`,
)}
${seconds}
${inks(paths)}
${steps}
${faults}
${events}
</svg>`;
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

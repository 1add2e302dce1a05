/** The local run queue of each P over time as a strip of cells, as SVG without script. */
import type { LocalQueues } from '../../../model/local-queues.ts';
import { medianOf } from '../../../model/median.ts';
import { html, type Markup, raw } from '../markup.ts';
import { round } from '../svg-scale.ts';
import type { ReportData } from './report-data.ts';
import {
  belowPlot,
  frame,
  inkLevels,
  inks,
  levelOf,
  placeX,
  plotAcross,
  plotTop,
  type ShapeSpan,
  shapeWidth,
} from './shape-frame.ts';

/** A cell reaches to the next look; where that is so many usual distances away, looks are missing. */
const missingAfter = 2.5;

/** The picture; the ink of a length is the same in all pictures of which `most` is the longest queue. */
export function queueStrip(queues: LocalQueues, most: number, label: string, data: ReportData): Markup {
  const rows = rowsOf(queues);
  const rowHeight = rows > 4 ? 14 : 20;
  const height = plotTop + rows * rowHeight + belowPlot;
  const span = { fromUs: data.fromS * 1e6, untilUs: data.toS * 1e6 };
  const { seconds, steps, events, faults } = frame(span, height, data);
  const { seen, paths } = cellPaths(queues, most, rowHeight, span);
  return html`<svg class="shape" viewBox="0 0 ${shapeWidth} ${height}" role="img" aria-label="${label}">
<path class="empty" d="${raw(seen)}"/>
${inks(paths)}
${Array.from({ length: rows }, (_, row) => {
  const top = plotTop + row * rowHeight;
  return html`<path class="grid" d="M${plotAcross.left} ${top + rowHeight}H${plotAcross.right}"/><text x="${plotAcross.left - 8}" y="${top + rowHeight / 2 + 4}" text-anchor="end">${rowName(queues, row)}</text>`;
})}
${seconds}
${steps}
${faults}
${events}
</svg>`;
}

/** The most rows that a column has. */
export function rowsOf({ lengths }: LocalQueues): number {
  return lengths.reduce((most, column) => Math.max(most, column.length), 0);
}

/** The P, or the first and the last P, of a row. */
export function rowName({ procs, psPerRow }: LocalQueues, row: number): string {
  const first = row * psPerRow;
  const last = Math.min(procs, first + psPerRow) - 1;
  return last > first ? `P${first}–${last}` : `P${first}`;
}

/** Neighbours of the same ink in a row are one piece; all that was seen is one piece too, under the inks. */
function cellPaths(
  queues: LocalQueues,
  most: number,
  rowHeight: number,
  span: ShapeSpan,
): { readonly seen: string; readonly paths: readonly string[] } {
  const paths = inkLevels.map(() => '');
  const edges = columnEdges(queues, span);
  let seen = '';
  for (let row = 0; row < rowsOf(queues); row++) {
    const top = plotTop + row * rowHeight;
    const levelAt = (column: number) => {
      const length = queues.lengths[column]?.[row];
      return length === undefined ? undefined : length === 0 ? -1 : levelOf(length, most);
    };
    for (const [from, to] of stretches(edges, (column) => levelAt(column) !== undefined)) {
      seen += rectangle(edges, from, to, top, rowHeight, span);
    }
    for (const level of paths.keys()) {
      for (const [from, to] of stretches(edges, (column) => levelAt(column) === level)) {
        paths[level] += rectangle(edges, from, to, top, rowHeight, span);
      }
    }
  }
  return { seen, paths };
}

type Edges = readonly (readonly [leftUs: number, rightUs: number])[];

/** From a look to the next, but no further than a usual distance where looks are missing, and after the last. */
function columnEdges({ atUs, columnUs }: LocalQueues, { fromUs, untilUs }: ShapeSpan): Edges {
  const distances = atUs.slice(1).map((us, at) => us - (atUs[at] ?? us));
  const usualUs = Math.max(distances.length > 0 ? medianOf(distances) : 0, columnUs ?? 0) || (untilUs - fromUs) / 240;
  return atUs.map((us, at) => {
    const next = atUs[at + 1] ?? Number.POSITIVE_INFINITY;
    return [us, Math.min(next - us < missingAfter * usualUs ? next : us + usualUs, untilUs)];
  });
}

/** First and last column of each stretch of neighbours that are wanted, without a hole between them. */
function stretches(edges: Edges, isWanted: (column: number) => boolean): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const column of edges.keys()) {
    if (!isWanted(column)) continue;
    const open = found.at(-1);
    if (open && open[1] === column - 1 && edges[column - 1]?.[1] === edges[column]?.[0]) open[1] = column;
    else found.push([column, column]);
  }
  return found;
}

function rectangle(edges: Edges, from: number, to: number, top: number, rowHeight: number, span: ShapeSpan): string {
  const left = placeX(edges[from]?.[0] ?? 0, span);
  const right = Math.min(placeX(edges[to]?.[1] ?? 0, span), plotAcross.right);
  // A look at the very end is seen all the same.
  return `M${round(Math.min(left, right - 0.5))} ${top}H${round(right)}v${rowHeight}H${round(Math.min(left, right - 0.5))}z`;
}

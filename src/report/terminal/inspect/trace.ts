/** An execution trace for a terminal: routes, where ordinary and slow requests spent their time, and the slowest ones. */
import type { InspectedRoute, TraceInspection } from '../../../model/inspected-trace.ts';
import { insteadText } from '../../../model/traced-time-text.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { columnWidths, paddedCells } from '../../words/aligned-rows.ts';
import { momentText } from '../../words/inspect-text.ts';
import { partRows, partText, routeCells, routeHeads, routeName, traceNotes } from '../../words/trace-words.ts';
import { cut, type Paint, wrap } from '../text.ts';

const partsShown = 10;
const routesShown = 12;
const slowestShown = 5;

/** The blocks of a trace. */
export function traceLines(trace: TraceInspection, paint: Paint, room: number): string[][] {
  const { all, routes, slowest } = trace;
  return [
    traceNotes(trace)
      .flatMap((note) => wrap(note, room, ''))
      .map((line) => paint('dim', line)),
    ...(all ? [splitLines('all requests', all, paint, room)] : []),
    routes.length > 0 ? routeLines(routes, paint, room) : [],
    ...(slowest.length > 0
      ? [
          [
            paint('bold', 'slowest requests'),
            ...slowest
              .slice(0, slowestShown)
              .flatMap((request) => [
                cut(
                  `  ${formatLatencyUs(request.us).padStart(8)}  at ${momentText(request.atS)}  ${routeName(request)}`,
                  room,
                ),
                ...request.parts
                  .slice(0, 3)
                  .map((part) => cut(`${formatLatencyUs(part.us).padStart(18)}  ${partText(part)}`, room)),
              ]),
          ],
        ]
      : []),
  ];
}

function splitLines(title: string, route: InspectedRoute, paint: Paint, room: number): string[] {
  const { typical, slow } = route;
  const heads = ['ordinary', slow ? 'slowest 1%' : ''];
  const rows = partRows(route, partsShown);
  const means = [typical, slow].map((cohort) => (cohort ? formatLatencyUs(cohort.meanUs) : ''));
  const widths = columnWidths([heads, means, ...rows.map(([, ...times]) => times)]);
  const line = (cells: readonly string[], text: string) =>
    cut(`  ${paddedCells(cells, widths, () => true).join('  ')}  ${text}`, room);
  const instead = insteadText(slow ?? typical);
  return [
    `${paint('bold', 'Where the time of a request goes')}  ${title}`,
    paint('dim', line(heads, '')),
    line(means, 'mean'),
    ...rows.map(([text, ...times]) => line(times, text)),
    ...(instead === undefined
      ? []
      : wrap(`meanwhile processors, ${slow ? 'slowest 1%' : 'ordinary'}: ${instead}`, room, '  ')),
  ];
}

function routeLines(routes: readonly InspectedRoute[], paint: Paint, room: number): string[] {
  const shown = routes.slice(0, routesShown);
  const cells = shown.map(routeCells);
  const widths = columnWidths([[...routeHeads], ...cells]);
  const line = (row: readonly string[], name: string) =>
    cut(`  ${paddedCells(row, widths, () => true).join('  ')}  ${name}`, room);
  return [
    paint('dim', line(routeHeads, 'handler')),
    ...shown.map((route, at) => line(cells[at] ?? [], routeName(route))),
    ...(routes.length > routesShown ? [paint('dim', `  and ${routes.length - routesShown} more: see --json`)] : []),
  ];
}

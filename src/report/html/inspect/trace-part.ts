/** An execution trace on the page: a paired bar of ordinary against slow requests, with where their time went, and routes. */
import type { InspectedRoute, TraceInspection } from '../../../model/inspected-trace.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { momentText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { routeCells, routeHeads, routeName, traceNotes } from '../../words/trace-words.ts';
import { html, type Markup } from '../markup.ts';
import { splitPart } from '../request-time.ts';
import { slowestTable } from '../request-timelines.ts';

/** The body of a trace's section. */
export function tracePart(trace: TraceInspection): Markup {
  const { all, routes, routesLeftOut, slowest } = trace;
  return html`${traceNotes(trace).map((note) => html`<p class="hint">${note}</p>`)}
${all && splitPart('Where the time of a request goes, all requests', all)}
${routes.length > 1 ? routes.map((route) => html`<details><summary>${routeName(route)}: ${counted(route.count, 'request')}, p99 ${formatLatencyUs(route.p99Us)}</summary>${splitPart(`Where the time of a request goes, ${routeName(route)}`, route)}</details>`) : undefined}
${routesLeftOut > 0 ? html`<p class="hint">and ${counted(routesLeftOut, 'more handler')}: see --json</p>` : undefined}
${routes.length > 0 ? routeTable(routes) : undefined}
${slowest.length > 0 ? slowestTable(slowest, { at: ({ atS }) => momentText(atS) }) : undefined}`;
}

function routeTable(routes: readonly InspectedRoute[]): Markup {
  return html`<h3>Handlers</h3><div class="scroll" tabindex="0"><table><thead><tr>${routeHeads.map((head) => html`<th scope="col" class="n">${head}</th>`)}<th scope="col">handler</th></tr></thead>
<tbody>${routes.map((route) => html`<tr>${routeCells(route).map((cell) => html`<td class="n">${cell}</td>`)}<td><code>${routeName(route)}</code></td></tr>`)}</tbody></table></div>`;
}

/** Where the time of requests went: a paired bar of ordinary against slow ones, and the parts of it. */
import type { InspectedPart, InspectedRoute, RequestCohort } from '../../model/inspected-trace.ts';
import { insteadText } from '../../model/traced-time-text.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { counted } from '../words/number-format.ts';
import { kindsOf, partRows, partWords } from '../words/trace-words.ts';
import { kindLook } from './kind-looks.ts';
import { html, type Markup } from './markup.ts';

const partsShown = 15;
const leastShown = 0.01;

/** A pair of bars to one scale, the table of their parts, and what processors did meanwhile. */
export function splitPart(title: string, route: InspectedRoute): Markup {
  const { typical, slow } = route;
  const rows = partRows(route, partsShown);
  const longest = Math.max(typical?.meanUs ?? 0, slow?.meanUs ?? 0);
  const cohorts = [
    ['ordinary', typical],
    ['slowest 1 %', slow],
  ] as const;
  return html`<div class="time-parts"><h3>${title}</h3>
${cohorts.map(([name, cohort]) => cohort && cohortBar(name, cohort, longest))}
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="n">ordinary</th>${slow ? html`<th scope="col" class="n">slowest 1 %</th>` : undefined}<th scope="col">spent</th></tr></thead>
<tbody>${rows.map(([text, typicalText, slowText]) => html`<tr><td class="n">${typicalText}</td>${slow ? html`<td class="n strong">${slowText}</td>` : undefined}<td>${text}</td></tr>`)}</tbody></table></div>
${cohorts.map(([name, cohort]) => {
  const instead = insteadText(cohort);
  return instead === undefined
    ? undefined
    : html`<p class="hint">While ${name === 'ordinary' ? 'ordinary requests' : `the ${name}`} were runnable, processors: ${instead}.</p>`;
})}</div>`;
}

function cohortBar(name: string, { count, meanUs, parts }: RequestCohort, longest: number): Markup {
  const shown = kindsOf(parts).filter(({ us }) => us >= leastShown * meanUs);
  return html`<p><b>${formatLatencyUs(meanUs)}</b> ${name}, mean of ${counted(count, 'request')}</p>
${timeBar(shown, longest)}
<ul>${shown.map(({ what, us }) => html`<li><span class="swatch ${kindLook(what)}" aria-hidden="true"></span><b>${formatLatencyUs(us)}</b> ${partWords[what]}</li>`)}</ul>`;
}

/** Parts of a sum in a row, to the scale of the longest; what it shows stands in words beside it. */
export function timeBar(kinds: readonly Pick<InspectedPart, 'what' | 'us'>[], longest: number): Markup {
  const width = (us: number) => Math.round((1000 * us) / longest) / 10;
  return html`<div class="time-bar" aria-hidden="true">${kinds.map(({ what, us }) => html`<i class="${kindLook(what)}" style="width:${width(us)}%"></i>`)}</div>`;
}

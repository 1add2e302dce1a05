/** What the client waited for answers of a traced service: a paired bar of ordinary against slow exchanges, and the slowest ones. */
import type { ClientWait, ClientWaitCohort, SlowestWait } from '../../../model/client-wait.ts';
import type { TracedStep } from '../../../model/run-traces.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import {
  clientWaitCautions,
  clientWaitCoverage,
  clientWaitSentences,
  unsureText,
  waitStretches,
} from '../../words/client-wait-words.ts';
import { counted, secondsText } from '../../words/number-format.ts';
import { partText, routeName } from '../../words/trace-words.ts';
import { html, type Markup } from '../markup.ts';

const leastShown = 0.001;
/** So many parts of a slow request are told in words. */
const partsTold = 2;

type Stretches = Pick<ClientWaitCohort, (typeof waitStretches)[number]['key']>;

/** The part of one service in one step; nothing where nothing was to be joined. */
export function clientWaitPart(traced: TracedStep): Markup | undefined {
  const { clientWait, service } = traced;
  if (!clientWait) return undefined;
  return html`<div class="time-parts client-wait"><h3>Seen from the client</h3>
${clientWaitSentences(traced).map((sentence) => html`<p>${sentence}</p>`)}
${pairedBar(clientWait, service)}
<p class="hint">${clientWaitCoverage(clientWait)}. The way there ends when the service can read the request; the way back ends when the client has read the answer, and both have the queues of the system in them.</p>
${clientWaitCautions(clientWait).map((caution) => html`<p class="hint">${caution}</p>`)}
${clientWait.slowest.length > 0 ? slowestPart(clientWait.slowest, service) : undefined}</div>`;
}

function pairedBar({ typical, slow }: ClientWait, service: string): Markup | undefined {
  const longest = Math.max(typical?.meanUs ?? 0, slow?.meanUs ?? 0);
  const cohorts = [
    ['ordinary', typical],
    ['slowest 1 %', slow],
  ] as const;
  return html`${cohorts.map(([name, cohort]) => cohort && cohortBar(name, cohort, longest, service))}`;
}

function cohortBar(name: string, cohort: ClientWaitCohort, longest: number, service: string): Markup {
  const shown = waitStretches.filter(({ key }) => cohort[key] >= leastShown * cohort.meanUs);
  return html`<p><b>${formatLatencyUs(cohort.meanUs)}</b> ${name}, mean of ${counted(cohort.count, 'exchange')}</p>
${waitBar(cohort, longest)}
<ul>${shown.map((stretch) => html`<li><span class="swatch ${looks[stretch.key]}" aria-hidden="true"></span><b>${formatLatencyUs(cohort[stretch.key])}</b> ${stretch.words(service)}</li>`)}</ul>`;
}

const looks: Readonly<Record<keyof Stretches, string>> = {
  beforeUs: 'k-pool',
  thereUs: 'k-network',
  serviceUs: 'k-service',
  backUs: 'k-client',
};

/** What it shows stands in words beside it. */
function waitBar(wait: Stretches, longest: number): Markup {
  const width = (us: number) => Math.round((1000 * us) / longest) / 10;
  const shown = waitStretches.filter(({ key }) => wait[key] > 0);
  return html`<div class="time-bar" aria-hidden="true">${shown.map((stretch) => html`<i class="${looks[stretch.key]}" style="width:${width(wait[stretch.key])}%"></i>`)}</div>`;
}

/** Here the order of a bar is that of time. */
function slowestPart(slowest: readonly SlowestWait[], service: string): Markup {
  const longest = Math.max(...slowest.map(({ us }) => us));
  return html`<h3>The slowest answers</h3>
<div class="scroll" tabindex="0"><table class="slowest"><thead><tr><th scope="col" class="n">took</th><th scope="col" class="n">due at</th><th scope="col">handler</th><th scope="col">waited</th></tr></thead>
<tbody>${slowest.map((wait) => {
    const { us, dueUs, target, file } = wait;
    return html`<tr><td class="n strong">${formatLatencyUs(us)}</td><td class="n">${secondsText(dueUs)}</td><td><code>${routeName(wait)}</code><span class="observed">${target}, ${file}</span></td><td>${waitBar(wait, longest)}${stretchesText(wait, service)}</td></tr>`;
  })}</tbody></table></div>`;
}

function stretchesText(wait: SlowestWait, service: string): string {
  const inService = wait.parts.slice(0, partsTold).map((part) => `${formatLatencyUs(part.us)} ${partText(part)}`);
  return waitStretches
    .filter(({ key }) => wait[key] >= leastShown * wait.us)
    .map(({ key, words }) => {
      const parts = key === 'serviceUs' && inService.length > 0 ? ` (${inService.join(', ')})` : '';
      return `${formatLatencyUs(wait[key])} ${words(service)}${parts}`;
    })
    .join(' + ')
    .concat(unsureText(wait));
}

/** The page of a run that goes on: the report's look, filled by its script, which asks the server that the page came from. */
import { type DocumentParts, documentText } from '../document.ts';
import { html, type Markup } from '../markup.ts';
import { livePlan } from './plan.ts';

/** What is known before anything is measured. */
export interface LiveTitle {
  /** The scenario's name. */
  readonly name: string;
  /** Name and version of the tool. */
  readonly tool: string;
  /** Whether load is sent. */
  readonly hasLoad: boolean;
}

/** The page with these texts in it. */
export function livePage(title: LiveTitle, texts: Pick<DocumentParts, 'styles' | 'scripts'>): string {
  const { name, tool, hasLoad } = title;
  const main = html`<header>
<p class="brand"><span>${tool}</span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${name}</h1>
<section class="state info" aria-label="State of the run">
<p class="word"><span aria-hidden="true">▸</span> <span id="live-word">Running</span></p>
<div><p id="live-sentence" role="status">starting</p>
<p id="live-time" class="note"></p>
<p id="live-connection" role="alert"></p>
<noscript><p>This page needs JavaScript; the report that comes after the run has its numbers without.</p></noscript></div>
<p><button type="button" id="stop" class="stop" hidden>Stop the run</button><span id="no-stop" class="hint" hidden>To stop the run, open the address that its terminal printed, or press Ctrl-C there.</span></p>
</section>
</header>
${hasLoad ? numbersPart : undefined}
<section id="charts"><h2>Over time</h2>
<p class="hint">Seconds since the origin of the run. What is still under way is not in latencies yet; the report counts all. Drag across a chart to look closer, double-click to go back. <button type="button" id="follow" hidden>Follow the run</button></p>
<div id="live-charts"></div>
</section>
${hasLoad ? stepsPart : undefined}
<section class="columns"><div>${hasLoad ? html`<h2>Errors</h2><ul id="live-errors"></ul>` : undefined}<h2>Warnings</h2><ul id="live-warnings"></ul></div>
<div><h2>Events</h2><ul id="live-events"></ul></div></section>`;
  return documentText({ title: `${name}: running`, main, data: { 'live-plan': livePlan }, connects: true, ...texts });
}

const tile = (label: string, id: string, unit: string, note: Markup) =>
  html`<div><h2>${label}</h2><p class="big"><span id="${id}">–</span> <small>${unit}</small></p><p class="note">${note}</p></div>`;

const numbersPart = html`<section class="answer" aria-label="The moment in a few numbers">${[
  tile('Planned', 'live-planned', 'req/s', html`due in the last second`),
  tile('Answered', 'live-answered', 'req/s', html`completed in the last second`),
  tile('Response p99', 'live-p99', '', html`<span id="live-p50"></span>`),
  tile('In flight', 'live-in-flight', '', html`sent and not answered yet`),
  tile('Lost', 'live-lost', '', html`failed, timed out or dropped since the start`),
]}</section>`;

const stepsPart = html`<section id="steps"><h2>Steps</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Steps"><table class="steps">
<thead><tr><th scope="col">Step</th><th scope="col">State</th>${['planned', 'completed', 'lost', 'response p50', 'response p99'].map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead>
<tbody id="live-steps"></tbody></table></div>
</section>`;

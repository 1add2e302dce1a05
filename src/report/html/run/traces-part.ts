/** What traces over the run say of each step and service: a sentence, a paired bar of ordinary against slow requests, and the slowest ones. */
import type { RunResult } from '../../../model/run-result.ts';
import type { KeptWindow, RunTraces, TracedStep } from '../../../model/run-traces.ts';
import { formatCount, formatLatencyUs } from '../../../model/units.ts';
import { counted, secondsText } from '../../words/number-format.ts';
import {
  coverageText,
  toldTraces,
  tracedCautions,
  tracedSentences,
  tracedTitle,
  tracesText,
  tracesTitle,
  tracingCostText,
  windowsOf,
} from '../../words/run-trace-words.ts';
import { routeName } from '../../words/trace-words.ts';
import { html, type Markup } from '../markup.ts';
import { splitPart } from '../request-time.ts';
import { slowestTable } from '../request-timelines.ts';
import { clientWaitPart } from './client-wait-part.ts';

/** The section; nothing where no step has traces. What broke first is open. */
export function tracesPart(result: RunResult): Markup | undefined {
  const { traces } = result;
  if (!traces || traces.steps.length === 0) return undefined;
  const told = toldTraces(result);
  return html`<section id="traces"><h2>${tracesTitle}</h2><p class="hint">${tracesText(traces)}</p>
${traces.steps.map((traced) => tracedPart(traced, windowsOf(traces, traced), told.includes(traced)))}
${missedPart(traces)}</section>`;
}

function tracedPart(traced: TracedStep, windows: readonly KeptWindow[], isOpen: boolean): Markup {
  const { all, routes, routesLeftOut, slowest } = traced;
  const brief = all
    ? `p50 ${formatLatencyUs(all.p50Us)}, p99 ${formatLatencyUs(all.p99Us)} of ${counted(all.count, 'traced request')}`
    : 'cannot tell';
  const cost = tracingCostText(traced);
  return html`<details class="step"${isOpen ? html` open` : undefined}><summary><strong>${tracedTitle(traced)}</strong> <span class="hint">${brief}</span></summary>
${tracedSentences(traced).map((sentence, index) => html`<p${index === 0 ? html` class="lead-sum"` : undefined}>${sentence}</p>`)}
${all && splitPart('Ordinary and slow requests', all)}
<p class="hint">${coverageText(traced)}.</p>
${tracedCautions(traced).map((caution) => html`<p class="hint">${caution}</p>`)}
${cost === undefined ? undefined : html`<p class="hint">${cost}</p>`}
${routes.length > 1 ? routes.map((route) => html`<details><summary>${routeName(route)}: ${counted(route.count, 'request')}, p99 ${formatLatencyUs(route.p99Us)}</summary>${splitPart(routeName(route), route)}</details>`) : undefined}
${routesLeftOut > 0 ? html`<p class="hint">and ${counted(routesLeftOut, 'more handler')}: see result.json</p>` : undefined}
${slowest.length > 0 ? slowestTable(slowest, { at: ({ atUs }) => secondsText(atUs), source: ({ target, file }) => `${target}, ${file}` }) : undefined}
${clientWaitPart(traced)}
${filesPart(windows)}</details>`;
}

/** The file with the slowest answer as a command; the rest in a table. */
function filesPart(windows: readonly KeptWindow[]): Markup | undefined {
  const [first] = windows;
  if (!first) return undefined;
  return html`<p class="hint">From the folder of this page: <code>go tool trace ${first.file}</code> shows every goroutine, <code>rampart inspect ${first.file}</code> the requests of one file.</p>
<details><summary>${counted(windows.length, 'kept window')}</summary><div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="n">from</th><th scope="col" class="n">until</th><th scope="col">target</th><th scope="col">kept for</th><th scope="col" class="n">slowest answer</th><th scope="col">file</th></tr></thead>
<tbody>${windows.map(
    ({ atUs, untilUs, target, kept, slowestUs, file }) =>
      html`<tr><td class="n">${secondsText(atUs)}</td><td class="n">${secondsText(untilUs)}</td><td>${target}</td><td>${kept === 'slow' ? 'slow answers' : 'by lot'}</td><td class="n">${slowestUs === undefined ? '' : formatLatencyUs(slowestUs)}</td><td><code>${file}</code></td></tr>`,
  )}</tbody></table></div></details>`;
}

/** Windows that came to nothing, and why. */
function missedPart({ missed }: RunTraces): Markup | undefined {
  if (missed.length === 0) return undefined;
  const count = missed.reduce((sum, each) => sum + each.count, 0);
  return html`<details><summary>Windows that came to nothing <span class="hint">${formatCount(count)}</span></summary>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">step</th><th scope="col">target</th><th scope="col">came to</th><th scope="col" class="n">times</th><th scope="col">why</th></tr></thead><tbody>${missed.map(
    ({ step, target, outcome, count: times, message }) =>
      html`<tr><td>${step}</td><th scope="row">${target}</th><td>${outcome}</td><td class="n">${formatCount(times)}</td><td class="hint">${message}</td></tr>`,
  )}</tbody></table></div></details>`;
}

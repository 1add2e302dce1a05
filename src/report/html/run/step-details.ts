/** What is known about one step beyond its row: whole latencies, errors, every series of every target, where goroutines were. */
import type { LatencySummary } from '../../../model/histogram.ts';
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { counted, latencyText, msCell, secondsText } from '../../words/number-format.ts';
import { html, type Markup } from '../markup.ts';
import { hotPart } from './hot-part.ts';
import { bar } from './steps-table.ts';

/** One section for each step, closed until asked for. */
export function stepDetailsPart(result: RunResult): Markup | undefined {
  if (result.steps.length === 0) return undefined;
  return html`<section id="details"><h2>Step by step</h2>${result.steps.map(stepDetails)}</section>
<section hidden><h2>What changed between two steps</h2><p class="hint">Profiles of one service, for each request: red with + has grown, green with − has shrunk, grey is no more than chance (fewer than two standard deviations of the samples). What is new or gone may have been too small for a picture, under 0.5 %.</p><div id="compare-profiles"></div></section>`;
}

/** The same of an observation, whose only span is open from the start. */
export function observedDetailsPart({ steps }: RunResult): Markup | undefined {
  return steps.length === 0 ? undefined : html`<section id="details"><h2>In detail</h2>${steps.map(seenIn)}</section>`;
}

function stepDetails(step: StepResult, index: number): Markup {
  const { name, startUs, durationUs, load } = step;
  return html`<details id="step-${index}" class="step"><summary><strong>${name}</strong> <span class="hint">from ${secondsText(startUs)}, ${secondsText(durationUs)} long, ${counted(load.planned, 'arrival')} planned</span></summary>
<div class="columns"><div>${latencyTable(step)}${underWay(step)}${flowTable(step)}${requestTable(step.requests)}${bodies(step)}</div><div>${errorTable(step.errors)}</div></div>
${hotPart(step)}
${goroutineTable(step)}
${targetTable(step.targets)}${leftOutNote(step)}
</details>`;
}

function leftOutNote({ leftOut }: StepResult): Markup | undefined {
  if (!leftOut) return undefined;
  return html`<p class="hint">${formatCount(leftOut.series)} series of its targets and ${counted(leftOut.stacks, 'stack')} are not in this report, which would be too long with those of every step; they are in the run's raw/, and findings are made from them.</p>`;
}

/** A span without load has neither latencies nor errors. */
function seenIn(step: StepResult): Markup {
  const { startUs, durationUs, targets } = step;
  return html`<p class="hint">From ${secondsText(startUs)} after the beginning, ${secondsText(durationUs)} long.</p>
${hotPart(step)}
${goroutineTable(step)}
${targetTable(targets)}`;
}

const lossKeys = ['completed', 'failed', 'timedOut', 'dropped', 'unfinished'] as const;
const latencyKeys = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

function latencyTable({ responseUs, serviceUs, lagUs, phases }: StepResult): Markup {
  const row = (name: string, latency: LatencySummary) =>
    html`<tr><th scope="row">${name}</th><td class="n">${formatCount(latency.count)}</td>${latencyKeys.map(
      (key) => html`<td class="n">${msCell(latency, key)}</td>`,
    )}</tr>`;
  const phase = (name: string, latency: LatencySummary | undefined) =>
    latency && latency.count > 0 ? row(name, latency) : undefined;
  const heads = ['count', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'];
  return html`<h3>Latency <span class="unit">ms</span></h3><div class="scroll" tabindex="0"><table><thead><tr><td></td>${heads.map(
    (head) => html`<th scope="col" class="n">${head}</th>`,
  )}</tr></thead><tbody>${row('response', responseUs)}${row('service', serviceUs)}${row('lag', lagUs)}${phase('first byte', phases?.firstByteUs)}${phase('connect', phases?.connectUs)}${phase('TLS handshake', phases?.tlsUs)}</tbody></table></div>`;
}

/** How much was under way, and by Little's law whether the latencies above agree with it. */
function underWay({ inFlight }: StepResult): Markup | undefined {
  if (!inFlight) return undefined;
  const { mean, atEnd, ofStep, expected } = inFlight;
  const law =
    ofStep === undefined || expected === undefined
      ? undefined
      : html` Of the arrivals due in this step, ${formatNumber(ofStep)} on average; rate times response time is ${formatNumber(expected)} (Little's law).`;
  return html`<p class="hint">Under way or waiting, counted: ${formatNumber(mean)} on average, ${formatNumber(atEnd)} at the end.${law}</p>`;
}

/** One row for each flow, and how many requests its arrivals had. */
function flowTable({ flows, load }: StepResult): Markup | undefined {
  if (!flows) return undefined;
  const { requests = load.planned, requestsRps = load.sentRps, redirected = 0 } = load;
  const redirects = redirected > 0 ? `, ${formatCount(redirected)} of them asked for by redirects` : '';
  return html`<h3>Flows <span class="unit">response and service in ms, without pauses</span></h3>${outcomeTable('flow', flows)}
<p class="hint">Each arrival is one flow, with one outcome. Their requests: ${formatCount(requests)}, ${formatNumber(requestsRps)}/s${redirects}. A request's response time counts from the moment at which the answer before it was there and the pause over.</p>`;
}

/** One row for each request, where there are several. */
function requestTable(requests: StepResult['requests']): Markup | undefined {
  if (!requests) return undefined;
  return html`<h3>Requests <span class="unit">response and service in ms</span></h3>${outcomeTable('request', requests)}`;
}

function outcomeTable(head: string, all: NonNullable<StepResult['flows']>): Markup {
  const heads = ['planned', ...lossKeys, 'p50', 'p90', 'p99', 'max', 'service p50', 'service p99'];
  return html`<div class="scroll" tabindex="0"><table class="requests"><thead><tr><th scope="col">${head}</th>${heads.map(
    (each) => html`<th scope="col" class="n">${each === 'timedOut' ? 'timed out' : each}</th>`,
  )}</tr></thead><tbody>${all.map(
    (each) =>
      html`<tr><th scope="row">${each.name}</th>${[each.planned, ...lossKeys.map((key) => each[key])].map(
        (count) => html`<td class="n">${formatCount(count)}</td>`,
      )}${(['p50', 'p90', 'p99', 'max'] as const).map(
        (key) => html`<td class="n">${msCell(each.responseUs, key)}</td>`,
      )}${(['p50', 'p99'] as const).map((key) => html`<td class="n">${msCell(each.serviceUs, key)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** How much came over the wire, and how much of it was encoded. */
function bodies({ load, phases }: StepResult): Markup | undefined {
  const { bodyBytes, encoded = {}, decodedBytes } = load;
  if (bodyBytes === undefined) return undefined;
  const total = Object.values(encoded).reduce((sum, count) => sum + count, 0);
  const answers = phases ? ` of ${formatCount(phases.firstByteUs.count)}` : '';
  const names = Object.keys(encoded).join(', ');
  const unpacked =
    decodedBytes === undefined
      ? 'none was unpacked'
      : `those that were looked into are ${formatNumber(decodedBytes / mebi)} MiB unpacked`;
  const coding =
    total === 0 ? 'none was encoded' : `${formatCount(total)}${answers} were encoded (${names}), ${unpacked}`;
  return html`<p class="hint">Bodies of answers: ${formatNumber(bodyBytes / mebi)} MiB as they came over the wire; ${coding}.</p>`;
}

const mebi = 1024 * 1024;

function errorTable(errors: StepResult['errors']): Markup {
  const rows = Object.entries(errors).toSorted(([, left], [, right]) => right - left);
  if (rows.length === 0) return html`<h3>Errors</h3><p class="hint">None.</p>`;
  return html`<h3>Errors</h3><div class="scroll" tabindex="0"><table><tbody>${rows.map(
    ([kind, count]) => html`<tr><th scope="row">${kind}</th><td class="n">${formatCount(count)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** Where goroutines were, and by Little's law how long an answer spends there, next to how long answers take. */
function goroutineTable({ goroutines, responseUs, serviceUs }: StepResult): Markup | undefined {
  if (goroutines.length === 0) return undefined;
  const most = goroutines.reduce((high, { mean }) => Math.max(high, mean), 1);
  const hasLoad = goroutines.some(({ perAnswerUs }) => perAnswerUs !== undefined);
  const law = html`<p class="hint">Per answer: goroutines there divided by answers per second (Little's law), how long an answer spends there on average if it is answers that bring goroutines there. Idle connections of pools and servers count too. On average an answer took ${latencyText(serviceUs, 'mean')} of service time and ${latencyText(responseUs, 'mean')} of response time.</p>`;
  return html`<h3>Where goroutines were <span class="unit">mean and max over its profiles</span></h3>${hasLoad ? law : undefined}
<div class="scroll" tabindex="0"><table class="sites"><thead><tr><th scope="col" class="n">mean</th><th scope="col" class="n">max</th>${hasLoad ? html`<th scope="col" class="n">per answer</th>` : undefined}<th scope="col">target</th><th scope="col">waits for</th><th scope="col">at</th></tr></thead>
<tbody>${goroutines.map(
    ({ target, reason, site, frames, mean, max, perAnswerUs }) =>
      html`<tr><td class="n barred">${formatNumber(mean)}${bar(mean / most, undefined, 'rate')}</td><td class="n">${formatNumber(max)}</td>${hasLoad ? html`<td class="n">${perAnswerUs === undefined ? '' : formatLatencyUs(perAnswerUs)}</td>` : undefined}<td>${target}</td><td>${reason}</td>
<td><details class="stack"><summary><code>${site}</code></summary><ol>${frames.map((frame) => html`<li><code>${frame}</code></li>`)}</ol></details></td></tr>`,
  )}</tbody></table></div>`;
}

/** Series by series, its targets side by side below each other: the odd replica stands out. */
function targetTable(targets: StepResult['targets']): Markup | undefined {
  const ids = Object.keys(targets);
  const names = [...new Set(Object.values(targets).flatMap((series) => Object.keys(series)))].toSorted();
  if (names.length === 0) return undefined;
  return html`<details><summary>Every series of every target <span class="hint">${counted(names.length, 'name')}, ${counted(ids.length, 'target')}</span></summary>
<div class="scroll" tabindex="0"><table class="series"><thead><tr><th scope="col">series</th><th scope="col">target</th>${[
    'mean',
    'min',
    'max',
    'last',
  ].map(
    (head) => html`<th scope="col" class="n">${head}</th>`,
  )}</tr></thead><tbody>${names.map((name) => seriesRows(name, ids, targets))}</tbody></table></div></details>`;
}

function seriesRows(name: string, ids: readonly string[], targets: StepResult['targets']): readonly Markup[] {
  const having = ids.filter((id) => targets[id]?.[name] !== undefined);
  return having.map((id, index) => {
    const values = targets[id]?.[name];
    const head = html`<th scope="rowgroup" rowspan="${having.length}">${name}</th>`;
    return html`<tr${index === 0 ? html` class="first"` : undefined}>${index === 0 ? head : undefined}<td>${id}</td>${[
      values?.mean,
      values?.min,
      values?.max,
      values?.last,
    ].map((value) => html`<td class="n">${value === undefined ? '' : formatNumber(value)}</td>`)}</tr>`;
  });
}

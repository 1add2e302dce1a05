/** The table of steps: what was asked for, what became of it, and how long it took. */
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { formatCount } from '../../../model/units.ts';
import { errorsText, msCell, ownCell, rpsCell } from '../../words/number-format.ts';
import { type Broken, brokenLook, brokenOf } from '../broken-steps.ts';
import { html, type Markup, raw } from '../markup.ts';

/** What the bars of one table are measured against. */
interface Scale {
  readonly rps: number;
  readonly p99Us: number;
  /** Whether anything was sent again. */
  readonly hasResent: boolean;
}

/** What is said of some steps beside their names. */
interface Signs {
  /** The name of the step in which a rule ended the run. */
  readonly endedIn: string | undefined;
  readonly broken: Broken;
}

/** All steps, warm-up and drain too. */
export function stepsPart(result: RunResult): Markup {
  const { steps } = result;
  const counted = countedWord(result);
  const signs = { endedIn: result.endedEarly?.step, broken: brokenOf(result) };
  if (steps.length === 0) {
    return html`<section id="steps"><h2>Steps</h2><p class="hint">No step was run.</p></section>`;
  }
  const measured = steps.filter((step) => step.kind === 'measure');
  const scale: Scale = {
    rps: Math.max(1, ...steps.map(({ load }) => Math.max(load.plannedRps, load.completedRps))),
    p99Us: Math.max(1, ...(measured.length > 0 ? measured : steps).map(({ responseUs }) => responseUs.p99)),
    hasResent: steps.some(({ load }) => (load.resent ?? 0) > 0),
  };
  return html`<section id="steps"><h2>Steps</h2>
<div class="scroll" tabindex="0"><table class="steps">
<thead>
<tr><td></td><th colspan="3" scope="colgroup">Rate, req/s</th><th colspan="${scale.hasResent ? 7 : 6}" scope="colgroup">Outcomes: ${counted} = sum of the next five</th><th colspan="6" scope="colgroup">Response, ms</th><th scope="colgroup">Service</th><th scope="colgroup">Lag</th><td></td></tr>
<tr><th scope="col">Step</th>${columnsOf(counted, scale).map(([name, first]) => html`<th scope="col" class="n${first ? ' first' : ''}">${name}</th>`)}<th scope="col" class="first">Errors</th></tr>
</thead>
<tbody>${steps.map((step, index) => stepRow(step, index, scale, signs))}</tbody>
</table></div>
<p class="hint">Rate completed: answers that came within the step, whatever step they were due in; outcomes: of the arrivals due in it, whenever that was. Bars: completed against ${counted} (tick); response p99 on one scale for all steps, with service p99 as its tick. What lies between tick and end of that bar was spent waiting. Own ≤: so much of that p99 may be the generator's and its machine's, by an echo asked through the same loop.</p>
</section>`;
}

/** What arrivals are counted by: in a closed loop none is planned, it is started when the last one is answered. */
function countedWord({ scenario }: RunResult): string {
  return scenario.load?.mode === 'closed' ? 'started' : 'planned';
}

/** Names of the columns of numbers, and whether each begins a group. */
const columnsOf = (counted: string, { hasResent }: Scale): readonly (readonly [string, boolean])[] => [
  [counted, true],
  ['sent', false],
  ['completed', false],
  [counted, true],
  ['completed', false],
  ['failed', false],
  ['timed out', false],
  ['dropped', false],
  ['unfinished', false],
  ...(hasResent ? ([['resent', false]] as const) : []),
  ['p50', true],
  ['p90', false],
  ['p99', false],
  ['own ≤', false],
  ['p99.9', false],
  ['max', false],
  ['p99', true],
  ['p99', true],
];

function stepRow(step: StepResult, index: number, scale: Scale, { endedIn, broken }: Signs): Markup {
  const { load, responseUs, serviceUs, lagUs } = step;
  const kind = { warmup: 'warm-up', drain: 'drain', measure: '' }[step.kind];
  const tag = step.name === endedIn ? 'ended early' : kind === step.name ? '' : kind;
  const look = brokenLook(step, broken);
  return html`<tr class="${step.kind}${look ? ` ${look}` : ''}"><th scope="row"><a href="#step-${index}">${step.name}</a>${tag === '' ? undefined : html` <span class="tag">${tag}</span>`}${look && html` <span class="tag bad">${look === 'broke' ? 'broke first' : 'broke'}</span>`}</th>
<td class="n first">${rpsCell(load.plannedRps)}</td><td class="n">${rpsCell(load.sentRps)}</td>
<td class="n barred">${rpsCell(load.completedRps)}${bar(load.completedRps / scale.rps, load.plannedRps / scale.rps, 'rate')}</td>
<td class="n first">${formatCount(load.planned)}</td><td class="n">${formatCount(load.completed)}</td>${[
    load.failed,
    load.timedOut,
    load.dropped,
    load.unfinished,
    ...(scale.hasResent ? [load.resent ?? 0] : []),
  ].map(lossCell)}
<td class="n first">${msCell(responseUs, 'p50')}</td><td class="n">${msCell(responseUs, 'p90')}</td>
<td class="n barred strong">${msCell(responseUs, 'p99')}${responseUs.count > 0 ? bar(responseUs.p99 / scale.p99Us, serviceUs.count > 0 ? serviceUs.p99 / scale.p99Us : undefined, 'latency') : undefined}</td>
<td class="n own">${ownCell(step)}</td><td class="n">${msCell(responseUs, 'p999')}</td><td class="n">${msCell(responseUs, 'max')}</td>
<td class="n first">${msCell(serviceUs, 'p99')}</td><td class="n first">${msCell(lagUs, 'p99')}</td>
<td class="first errors">${errorsText(step.errors)}</td></tr>`;
}

function lossCell(count: number): Markup {
  return html`<td class="n ${count > 0 ? 'loss' : 'zero'}">${formatCount(count)}</td>`;
}

/** A bar filled to one share with a tick at another, both 0 to 1. */
export function bar(share: number, tick: number | undefined, kind: string): Markup {
  const percent = (value: number) => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(1)}%`;
  const mark = tick === undefined ? '' : `<i style="left:${percent(tick)}"></i>`;
  return raw(`<span class="bar ${kind}" aria-hidden="true"><b style="width:${percent(share)}"></b>${mark}</span>`);
}

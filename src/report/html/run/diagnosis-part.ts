/** The first thing that is read: at which rate it broke, what gave way first, what to try; and what followed, up to what users saw. */
import type { Diagnosis, Finding } from '../../../model/finding.ts';
import type { RunResult } from '../../../model/run-result.ts';
import { momentText, rateRows, sentenceQuestion, toneOf } from '../../words/diagnosis-words.ts';
import { counted } from '../../words/number-format.ts';
import { reasonTexts, signs } from '../../words/state-words.ts';
import { html, type Markup } from '../markup.ts';
import { findingAnchor } from './findings.ts';
import { timeParts } from './time-parts.ts';

const mostEvidence = 3;

/** Nothing for results without a diagnosis: of older versions, and of observations. */
export function diagnosisPart(result: RunResult): Markup | undefined {
  const { diagnosis, findings, validity } = result;
  if (!diagnosis) return undefined;
  const isVoid = validity.verdict === 'invalid';
  const tone = toneOf(diagnosis);
  const cause = findings.find(({ id }) => id === diagnosis.cause);
  return html`<section class="diagnosis ${isVoid ? 'void' : tone}" id="diagnosis" aria-label="Diagnosis">
${isVoid ? voidLead(result) : undefined}<div class="questions">
<div><h2>At which rate does it break?</h2>${rates(diagnosis)}</div>
<div><h2>${sentenceQuestion(diagnosis)}</h2><p class="say"><span aria-hidden="true">${signs[tone]}</span> ${diagnosis.sentence}</p>${diagnosis.caution === undefined ? undefined : html`<p class="doubt">! ${diagnosis.caution}.</p>`}${cause && evidenceOf(cause)}</div>
<div><h2>What to try</h2><p>${diagnosis.advice}</p></div>
</div>
${chainOf(diagnosis)}${timeParts(diagnosis, result)}</section>`;
}

/** What stands below is read as the answer, unless the first thing that is read is that it is none. */
function voidLead(result: RunResult): Markup {
  const [first, ...more] = reasonTexts(result);
  const others =
    more.length > 0 ? html` <span class="hint">${counted(more.length, 'more reason')} above</span>` : undefined;
  return html`<p class="void-lead"><strong>${signs.bad} Does not count:</strong> ${briefly(first ?? result.failure?.message ?? 'the run is not valid')}${others}</p>`;
}

/** Without what is to be done about it, which stands with the state of the run. */
function briefly(reason: string): string {
  return reason.replace(/; .*$/s, '');
}

function rates({ capacity }: Diagnosis): Markup {
  return html`<dl class="rates">${rateRows(capacity).map(
    ([name, rate, note]) => html`<dt>${name}</dt><dd>${rate}<small>${note}</small></dd>`,
  )}</dl>
<p class="hint">${capacity.rates}.</p>
${capacity.doubt === undefined ? undefined : html`<p class="doubt">! ${capacity.doubt}</p>`}`;
}

function evidenceOf({ evidence, ruledOut = [] }: Finding): Markup {
  return html`<ul>${evidence.slice(0, mostEvidence).map((line) => html`<li>${line}</li>`)}${
    ruledOut.length > 0 ? html`<li>ruled out: ${ruledOut.join('; ')}</li>` : undefined
  }</ul>`;
}

function chainOf({ chain }: Diagnosis): Markup | undefined {
  if (chain.length === 0) return undefined;
  return html`<ol class="links" aria-label="From the cause to what users saw">${chain.map(({ text, finding, atUs }) => {
    const words = finding === undefined ? html`${text}` : html`<a href="#${findingAnchor(finding)}">${text}</a>`;
    return html`<li>${words}${atUs === undefined ? undefined : html`<time>${momentText(atUs)}</time>`}</li>`;
  })}</ol>`;
}

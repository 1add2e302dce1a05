/** The first thing of a run with faults: what users saw of each, and when it was over. */
import type { FaultOutcome } from '../../../model/fault-outcome.ts';
import type { RunResult } from '../../../model/run-result.ts';
import { faultAnswer, faultCaution, faultHead, faultTone, recoveryWord } from '../../words/fault-words.ts';
import { counted } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import { html, type Markup } from '../markup.ts';

/** The rest is in the table. */
const mostTold = 4;

/** Nothing where no fault was asked for. */
export function faultAnswerPart(result: RunResult): Markup | undefined {
  const { faults = [], validity } = result;
  if (faults.length === 0) return undefined;
  const caution = faultCaution(result);
  const more = faults.length - mostTold;
  return html`<section class="fault-answer" aria-label="What users saw of the faults, and when it was over">
${caution && html`<p class="hint">${caution}</p>`}${faults.slice(0, mostTold).map((fault) => answer(fault, validity.verdict === 'valid'))}
${more > 0 ? html`<p class="hint"><a href="#faults">and ${counted(more, 'more fault')}</a></p>` : undefined}</section>`;
}

function answer(fault: FaultOutcome, isUsable: boolean): Markup {
  const tone = faultTone(fault, isUsable);
  return html`<div class="${tone}"><h2><span class="word"><span aria-hidden="true">${signs[tone]}</span> ${recoveryWord(fault)}</span> <span class="what">${faultHead(fault)}</span></h2>
<p>${faultAnswer(fault)}</p></div>`;
}

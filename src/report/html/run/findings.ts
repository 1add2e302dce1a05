/** What the analysis wants the reader to see, and what came of the rules. */
import type { Finding } from '../../../model/finding.ts';
import type { RunResult, SloOutcome } from '../../../model/run-result.ts';
import { seriesInfo } from '../../../model/series.ts';
import { severityTones, signs, sloWords } from '../../words/state-words.ts';
import { chartFragment } from '../chart-link.ts';
import { html, type Markup } from '../markup.ts';

/** Findings, in the order of the result; where there are none it counts whether anything was measured. */
export function findingsPart(result: RunResult, measured: boolean): Markup {
  const none = html`<p class="hint">${measured ? 'The analysis found nothing that calls for attention.' : 'Nothing was measured, so there is nothing to judge.'}</p>`;
  return html`<section id="findings"><h2>Findings</h2>
${result.findings.length === 0 ? none : html`<ol class="findings">${result.findings.map(findingItem)}</ol>`}</section>`;
}

/** The id on the page of the first finding with this id; ids of findings hold nothing that a fragment may not. */
export function findingAnchor(id: string): string {
  return `finding-${id}`;
}

function findingItem(finding: Finding, index: number, all: readonly Finding[]): Markup {
  const { id, severity, title, evidence, ruledOut = [], advice, steps, charts = [] } = finding;
  const tone = severityTones[severity];
  const before = all.slice(0, index).filter((other) => other.id === id).length;
  const anchor = before === 0 ? findingAnchor(id) : `${findingAnchor(id)}-${before + 1}`;
  const isFirst = index === 0 && (finding.role === 'cause' || finding.role === 'limit');
  return html`<li class="${tone}${isFirst ? ' first' : ''}" id="${anchor}">
<h3><span class="tag ${tone}">${signs[tone]} ${severity}</span> ${title}</h3>
${evidence.length > 0 ? html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>` : undefined}
${ruledOut.length > 0 ? html`<p class="hint">Ruled out: ${ruledOut.join('; ')}</p>` : undefined}
<p>${advice}</p>
<p class="finding-links hint"><code>${id}</code>${[finding.role, ...(steps.length > 0 ? [`${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')}`] : [])].flatMap((text) => (text === undefined ? [] : [html`<span>${text}</span>`]))}${charts.map(
    ({ target, series }) =>
      html`<a href="#${chartFragment(target, series)}">${seriesInfo(series).title} of ${target}</a>`,
  )}</p>
</li>`;
}

/** Rules down, steps across: what was observed and whether it is good enough; nothing when there are no rules. */
export function sloPart(result: RunResult): Markup | undefined {
  if (result.slo.length === 0) return undefined;
  const rules = [...new Set(result.slo.map(({ rule }) => rule))];
  const steps = [...new Set(result.slo.map(({ step }) => step ?? ''))];
  const cell = (rule: string, step: string) =>
    result.slo.find((outcome) => outcome.rule === rule && (outcome.step ?? '') === step);
  return html`<section id="slo"><h2>Rules</h2>
<div class="scroll" tabindex="0"><table class="slo"><thead><tr><th scope="col">Rule</th>${steps.map(
    (step) => html`<th scope="col" class="n">${step === '' ? 'whole run' : step}</th>`,
  )}</tr></thead>
<tbody>${rules.map(
    (rule) => html`<tr><th scope="row">${rule}</th>${steps.map((step) => sloCell(cell(rule, step)))}</tr>`,
  )}</tbody></table></div></section>`;
}

function sloCell(outcome: SloOutcome | undefined): Markup {
  if (!outcome) return html`<td></td>`;
  const { tone, word } = sloWords[outcome.outcome];
  return html`<td class="n"><span class="verdict ${tone}">${signs[tone]} ${word}</span> <span class="observed">${outcome.observed}</span></td>`;
}

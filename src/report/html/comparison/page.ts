/** The page of a comparison: one file that loads nothing and needs no script; with one, flame graphs can be searched and zoomed. */

import type { Comparison, Contrast, Judgement } from '../../../model/comparison.ts';
import { changeText } from '../../../model/contrast-text.ts';
import { formatDurationMs, formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { comparisonState, extentText, variantColumns } from '../../words/comparison-values.ts';
import { counted } from '../../words/number-format.ts';
import { composeSnippet, goBuildSnippet, kubernetesSnippet } from '../../words/settings-snippets.ts';
import { signs } from '../../words/state-words.ts';
import { chainPart } from '../chain.ts';
import { flameScript } from '../client/flame-script.ts';
import { codePart } from '../code-part.ts';
import { documentText } from '../document.ts';
import { html, type Markup, wholeText } from '../markup.ts';
import { styles } from '../styles.ts';
import { tagsLine } from '../tags-line.ts';
import { comparisonStyles } from '../verdict-styles.ts';
import { curvesChart, frontChart, variantLegend } from './charts.ts';
import { waitsPart } from './waits.ts';

/** The page of a judged comparison. */
export function comparisonPage(comparison: Comparison, judgement: Judgement): string {
  const state = comparisonState(judgement);
  const main = html`${header(comparison, judgement)}
${waitsPart(judgement)}
${metricsPart(judgement)}
${variantsPart(comparison, judgement)}
${builtPart(judgement)}
${picturesPart(judgement)}
${stepsPart(judgement)}
${(comparison.code ?? []).map((each) => codePart(each, `Which code of ${each.variant} costs something else`))}
${associatedPart(judgement)}
${settingsPart(comparison, judgement)}
${runsPart(comparison)}
${glossary()}`;
  return documentText({
    title: `${comparison.scenario.name}: ${state.word.toLowerCase()}`,
    styles: styles + comparisonStyles,
    main,
    scripts: (comparison.code ?? []).some(({ flames }) => flames.length > 0) ? [flameScript()] : [],
  });
}

function header(comparison: Comparison, judgement: Judgement): Markup {
  const { scenario, tool, engine, startedAt, id, plannedRounds, warmupRounds } = comparison;
  const { tone, word, sentence } = comparisonState(judgement);
  const remarks = [...judgement.missing, ...judgement.notes];
  const facts = [
    ['Compared', extentText(judgement)],
    [
      'Planned',
      `${counted(plannedRounds, 'round')}${warmupRounds === undefined ? '' : `, the first ${warmupRounds} to warm up`}`,
    ],
    ['Order', `random in each round, seed ${scenario.seed}`],
    ['Engine', engine],
    ['Started', startedAt.slice(0, 19).replace('T', ' ')],
    ['Comparison', id],
  ];
  return html`<header>
<p class="brand"><span>${tool.name} ${tool.version}</span></p>
<h1>${scenario.name}</h1>
${scenario.description === '' ? undefined : html`<p class="lead">${scenario.description}</p>`}${tagsLine(comparison.tags)}
<section class="state ${tone}" aria-label="State of the comparison">
<p class="word"><span aria-hidden="true">${signs[tone]}</span> ${word}</p>
<div><p>${sentence}</p>${remarks.length > 0 ? html`<ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>` : undefined}</div>
</section>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function metricsPart({ metrics }: Judgement): Markup | undefined {
  if (metrics.length === 0) return undefined;
  return html`<section><h2>What is shown</h2>
<table class="wide stacked"><thead><tr><th scope="col">of all judged steps</th><th scope="col">best</th><th scope="col">estimate and interval</th></tr></thead>
<tbody>${metrics.map(
    ({ title, best, note }) =>
      html`<tr><th scope="row" class="nowrap">${title}</th><td class="nowrap ${best === undefined ? 'hint' : 'best'}">${best ?? 'none shown'}</td><td>${note}</td></tr>`,
  )}</tbody></table>
<p class="hint">Intervals hold for all variants, metrics and steps of this page together, with a probability of 95 %.</p></section>`;
}

function variantsPart({ prices, variants }: Comparison, judgement: Judgement): Markup | undefined {
  if (judgement.summary.length === 0) return undefined;
  const columns = variantColumns(judgement, prices?.unit ?? '');
  const bestOf = (metric: string | undefined) => judgement.metrics.find(({ id }) => id === metric)?.best;
  const settingsOf = (name: string) => Object.entries(variants.find((one) => one.name === name)?.settings ?? {});
  return html`<section><h2>Variants side by side</h2>
<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">variant</th>${columns.map(({ head }) => html`<th scope="col" class="n">${head}</th>`)}<td></td></tr></thead>
<tbody>${judgement.summary.map(
    (row) =>
      html`<tr><th scope="row">${row.variant}<span class="observed">${settingsOf(row.variant).map(([key, value]) => html`${key}=${value} `)}</span></th>
${columns.map(({ metric, cell }) => html`<td class="n${bestOf(metric) === row.variant ? ' best' : ''}">${cell(row)}</td>`)}
<td>${row.isOnFront ? html`<span class="tag good">front</span>` : undefined}</td></tr>`,
  )}</tbody></table></div>
<p class="hint">Medians over the rounds; green is shown to be best. On the front is what no other variant beats or equals in everything.</p></section>`;
}

function builtPart({ built = [], variants }: Judgement): Markup | undefined {
  if (built.length === 0) return undefined;
  return html`<section><h2>Built otherwise than ${variants[0]}</h2>
<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">variant</th><th scope="col">service</th><th scope="col">its program</th></tr></thead>
<tbody>${built.map(
    ({ variant, service, changes }) =>
      html`<tr><th scope="row">${variant}</th><td>${service}</td><td>${changes.join(', ')}</td></tr>`,
  )}</tbody></table></div></section>`;
}

function picturesPart(judgement: Judgement): Markup | undefined {
  const curves = curvesChart(judgement);
  const front = frontChart(judgement);
  if (!curves) return undefined;
  return html`<section><h2>Pictures</h2>${variantLegend(judgement)}
<div class="pictures">
<div><h3>Response p99 by rate</h3>${curves}<p class="hint">Median over the rounds; the bar is the 95 % interval of each point alone.</p></div>
${front && html`<div><h3>Response p99 by CPU per request</h3>${front}<p class="hint">Further down and left is better; filled is on the front.</p></div>`}
</div></section>`;
}

function stepsPart({ curves, contrasts, variants }: Judgement): Markup | undefined {
  const [first = ''] = variants;
  const rows = (curves[0]?.points ?? []).map(({ step }) => ({
    step,
    cells: curves.map(({ variant, points }) => ({
      p99Us: points.find((point) => point.step === step)?.p99Us,
      contrast: contrasts.find((one) => one.step === step && one.variant === variant),
    })),
  }));
  if (rows.length === 0) return undefined;
  return html`<section><h2>Response p99 by step, against ${first}</h2>
<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">step</th>${curves.map(({ variant }) => html`<th scope="col">${variant}</th>`)}</tr></thead>
<tbody>${rows.map(({ step, cells }) => html`<tr><th scope="row">${step}</th>${cells.map(({ p99Us, contrast }) => html`<td>${p99Us === undefined ? '–' : formatLatencyUs(p99Us)}${contrast && contrastCell(contrast)}</td>`)}</tr>`)}</tbody></table></div></section>`;
}

function contrastCell(contrast: Contrast): Markup {
  const { verdict } = contrast;
  const tone = verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'info';
  return html`<span class="observed">${changeText(contrast)} ${verdict === 'not shown' ? undefined : html`<span class="tag ${tone}">${verdict}</span>`}</span>`;
}

function associatedPart({ associated, variants, explanations = [] }: Judgement): Markup | undefined {
  if (associated.length === 0) return undefined;
  return html`<section><h2>What moved</h2>
${explanations.map((each) => html`<h3>${each.variant}</h3>${chainPart(each)}`)}
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">variant</th><th scope="col">series</th><th scope="col" class="n">${variants[0]}</th><th scope="col" class="n">variant</th><td></td></tr></thead>
<tbody>${associated.map(
    ({ variant, series, unit, before, after }) =>
      html`<tr><th scope="row">${variant}</th><td>${series}</td><td class="n">${formatNumber(before)}</td><td class="n">${formatNumber(after)}</td><td class="hint">${unit}</td></tr>`,
  )}</tbody></table></div>
<p class="hint">Runtime series that differ from the first variant in every round alike: associated, not shown to be causes. One in ten may be here by chance.</p></section>`;
}

function settingsPart({ variants }: Comparison, { metrics }: Judgement): Markup | undefined {
  const best = metrics.find(({ id }) => id === 'p99')?.best;
  const settings = variants.find(({ name }) => name === best)?.settings ?? {};
  const compose = composeSnippet(settings);
  const parts = [
    ['Compose', compose],
    ['Kubernetes', kubernetesSnippet(settings)],
    ['Go build', goBuildSnippet(settings)],
  ].filter(([, text]) => text !== '');
  if (best === undefined || parts.length === 0) return undefined;
  return html`<section><h2>Settings of ${best}, the best response p99</h2>
<div class="columns">${parts.map(([title, text = '']) => html`<div><h3>${title}</h3><pre tabindex="0">${wholeText(text)}</pre></div>`)}</div></section>`;
}

function runsPart({ runs }: Comparison): Markup {
  return html`<section><h2>Runs</h2><details><summary>${counted(runs.length, 'run')} in the order of time</summary>
<div class="scroll tall" tabindex="0"><table><thead><tr><th scope="col" class="n">round</th><th scope="col">variant</th><th scope="col">state</th><th scope="col" class="n">took</th><td></td></tr></thead>
<tbody>${runs.map(
    ({ round, variant, invalid, tookMs, directory }) =>
      html`<tr><td class="n">${round}</td><td>${variant}</td><td>${invalid.length === 0 ? 'valid' : `invalid: ${invalid.map(({ message }) => message).join('; ')}`}</td><td class="n">${formatDurationMs(Math.round(tookMs / 1000) * 1000)}</td><td><a href="${encodeURI(directory)}/report.html">report</a></td></tr>`,
  )}</tbody></table></div></details></section>`;
}

function glossary(): Markup {
  const words = [
    [
      'Round',
      'Every variant once, in random order, each from a fresh start. Rounds are what is compared, never requests: requests of one run share its luck.',
    ],
    [
      'Shown',
      'The change is the same in so many rounds that chance would do it in at most 5 % of comparisons of equal variants, over everything on this page.',
    ],
    [
      'Response p99',
      'Median over windows of a second or more, so that one bad moment of the machine does not decide; then over the steps that every variant could answer.',
    ],
    [
      'Slow',
      'Share of requests slower than three times the common p99 of their step: sees rare pauses that the median of windows does not.',
    ],
  ];
  return html`<section><h2>Words</h2><dl class="glossary">${words.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></section>`;
}

/** The page of a trend: one file that loads nothing and needs no script. */
import type { TrendReport, TrendSeries } from '../../../model/trend.ts';
import { formatNumber, formatShare, formatSignedPercent } from '../../../model/units.ts';
import { signedPercent } from '../../words/gate-terms.ts';
import { counted, noValue } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import {
  referenceText,
  seriesSentence,
  seriesTitle,
  seriesTone,
  standing,
  trendNotes,
  trendState,
} from '../../words/trend-words.ts';
import { documentText } from '../document.ts';
import { html, type Markup, wholeText } from '../markup.ts';
import { styles } from '../styles.ts';
import { comparisonStyles } from '../verdict-styles.ts';
import { trendChart } from './chart.ts';
import { trendStyles } from './styles.ts';

/** The page. */
export function trendPage(report: TrendReport): string {
  const groups = groupsOf(report.series);
  const main = html`${header(report)}
${changesPart(report)}
${[...groups].map(([title, series]) => groupPart(title, series))}
${pointsPart(report)}
${notesPart(report)}
${glossary(report)}`;
  return documentText({
    title: `Trend of ${counted(report.gates, 'gate')}`,
    styles: styles + comparisonStyles + trendStyles,
    main,
  });
}

function groupsOf(all: readonly TrendSeries[]): ReadonlyMap<string, readonly TrendSeries[]> {
  const groups = new Map<string, TrendSeries[]>();
  for (const series of all) {
    const title = `${series.scenario}, ${referenceText(series)}${series.digest === undefined ? '' : ` (${series.digest.slice(0, 6)})`}`;
    groups.set(title, [...(groups.get(title) ?? []), series]);
  }
  return groups;
}

function header(report: TrendReport): Markup {
  const { series, gates, file } = report;
  const { tone, word, sentence } = trendState(report);
  const dates = series.flatMap(({ points }) => points.map(({ at }) => at)).sort();
  const facts = [
    ['Gates', String(gates)],
    ['Series', String(series.length)],
    ['First', dates[0]?.slice(0, 10) ?? noValue],
    ['Last', dates.at(-1)?.slice(0, 10) ?? noValue],
    ['File', file],
  ];
  return html`<header>
<p class="brand"><span>rampart trend</span></p>
<h1>Trend of ${counted(gates, 'gate')}</h1>
<section class="state ${tone}" aria-label="State of the trend">
<p class="word"><span aria-hidden="true">${signs[tone]}</span> ${word}</p>
<div><p>${sentence}</p></div>
</section>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function changesPart({ series }: TrendReport): Markup | undefined {
  const rows = series.flatMap((each) => each.changes.map((change) => ({ each, change })));
  if (rows.length === 0) return undefined;
  const commits = [...new Set(rows.flatMap(({ change }) => change.commits ?? []))];
  return html`<section><h2>Where a level changed</h2>
<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">scenario</th><th scope="col">series</th><th scope="col" class="n">shift</th><th scope="col">between</th><th scope="col">and</th><th scope="col" class="n">chance</th></tr></thead>
<tbody>${rows.map(
    ({ each, change }) =>
      html`<tr><th scope="row">${each.scenario}</th><td>${seriesTitle(each)}<span class="observed">${referenceText(each)}</span></td><td class="n"><span class="tag ${change.shiftPercent > 0 ? 'bad' : 'good'}">${formatSignedPercent(change.shiftPercent)}</span></td><td>${change.before}</td><td>${change.after}</td><td class="n">${formatNumber(change.p)}</td></tr>`,
  )}</tbody></table></div>
${commits.length === 0 ? undefined : html`<h3>The commits between</h3><pre tabindex="0">${wholeText(commits.map((each) => `git log ${each}`).join('\n'))}</pre>`}</section>`;
}

function groupPart(title: string, all: readonly TrendSeries[]): Markup {
  return html`<section><h2>${title}</h2>
<div class="trends">${all.map(
    (series) =>
      html`<figure><figcaption><h3>${seriesTitle(series)}</h3><span class="tag ${seriesTone(series)}">${standing(series)}</span></figcaption>${trendChart(series) ?? html`<p class="hint">No gate has a number for it.</p>`}<p class="hint">${seriesSentence(series)}</p></figure>`,
  )}</div></section>`;
}

function pointsPart({ series }: TrendReport): Markup {
  return html`<section><h2>The same as tables</h2>${series.map(
    (each) => html`<details><summary>${each.scenario}: ${seriesTitle(each)}, ${referenceText(each)}</summary>
<div class="scroll tall" tabindex="0"><table><thead><tr><th scope="col">candidate</th><th scope="col">when</th><th scope="col" class="n">change</th><th scope="col" class="n">90 % interval</th><th scope="col">verdict</th><th scope="col" class="n">rounds</th><th scope="col">gate</th></tr></thead>
<tbody>${each.points.map(
      ({ name, at, percent, lowPercent, highPercent, verdict, rounds, id }) =>
        html`<tr><th scope="row">${name}</th><td>${at.slice(0, 16).replace('T', ' ')}</td><td class="n">${signedPercent(percent)}</td><td class="n">${signedPercent(lowPercent)} … ${signedPercent(highPercent)}</td><td>${verdict.replace('-', ' ')}</td><td class="n">${rounds}</td><td>${id}</td></tr>`,
    )}</tbody></table></div></details>`,
  )}</section>`;
}

function notesPart(report: TrendReport): Markup | undefined {
  const notes = trendNotes(report);
  if (notes.length === 0) return undefined;
  return html`<section><h2>What to know of it</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

function glossary({ series }: TrendReport): Markup {
  const tolerance = series[0]?.tolerance ?? 0;
  const words = [
    [
      'Point',
      'One gate: how much slower the candidate was than the reference that ran in turns with it, on the same machine. The bar is its 90 % interval; a red diamond is shown to be worse, a hollow circle is open.',
    ],
    [
      'Reference',
      'The state that every gate of a series was held against. Because it ran each time, machines and days cancel out.',
    ],
    ['Level', 'Mean of the gates between two changes; what is surer weighs more.'],
    [
      'Change',
      `Where the points before and after differ by more than chance does (E-divisive, by permutation), and by ${formatShare(tolerance)} or more. It takes three gates behind it.`,
    ],
    [
      'Release against release',
      'Where each gate was held against the one before, changes are added up, and so are their errors: what is slower by a little each time is seen in the sum.',
    ],
  ];
  return html`<section><h2>Words</h2><dl class="glossary">${words.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></section>`;
}

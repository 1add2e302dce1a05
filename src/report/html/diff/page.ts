/** The page of runs beside each other: one file that loads nothing and needs no script. */
import type { DiffChart, MetStep, RunDiff, RunDifference } from '../../../model/run-diff.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import {
  doubtOf,
  letterOf,
  meetingTitle,
  noVerdict,
  stepRows,
  unmetLines,
  whyNoVerdict,
} from '../../words/diff-words.ts';
import { counted, noValue } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import { documentText } from '../document.ts';
import { hueOf, legendKey } from '../line-looks.ts';
import { html, type Markup } from '../markup.ts';
import { styles } from '../styles.ts';
import { tagsLine } from '../tags-line.ts';
import { comparisonStyles } from '../verdict-styles.ts';
import { curveChart, seriesChart } from './charts.ts';
import { diffStyles } from './styles.ts';

/** The page. */
export function diffPage(diff: RunDiff): string {
  const names = [...new Set(diff.runs.map(({ scenario }) => scenario))];
  const main = html`${header(diff, names)}
${stepsPart(diff)}
${curvesPart(diff)}
${seriesPart(diff)}
${differencesPart('What was set otherwise', diff.scenario, diff)}
${differencesPart('Where and with what they were made', diff.environment, diff)}
${glossary()}`;
  return documentText({
    title: `${names.join(', ')}: ${counted(diff.runs.length, 'run')} beside each other`,
    styles: styles + comparisonStyles + diffStyles,
    main,
  });
}

function header(diff: RunDiff, names: readonly string[]): Markup {
  const notes = [...diff.notes, ...unmetLines(diff)];
  return html`<header>
<p class="brand"><span>rampart diff</span></p>
<h1>${names.join(', ')}</h1>
<p class="lead">${counted(diff.runs.length, 'run')} beside each other</p>
<section class="state warn" aria-label="What this page can say">
<p class="word"><span aria-hidden="true">${signs.warn}</span> ${noVerdict}</p>
<div><p>${whyNoVerdict}</p>${notes.length > 0 ? html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>` : undefined}</div>
</section>
<ul class="diffed">${diff.runs.map(runItem)}</ul>
</header>`;
}

function runItem(run: RunDiff['runs'][number], index: number): Markup {
  const doubt = doubtOf(run);
  return html`<li style="--run:${hueOf(index)}"><p><b class="letter">${letterOf(index)}</b> ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC${doubt === '' ? undefined : html` <span class="tag bad">${doubt}</span>`}</p>
<p class="hint">${run.id}</p>${tagsLine(run.tags)}
${run.reasons.length > 0 ? html`<ul class="hint">${run.reasons.slice(0, 4).map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}</li>`;
}

/** Letters with their colours, above pictures. */
function legend({ runs }: RunDiff): Markup {
  const names = runs.map((run, index) => [letterOf(index), doubtOf(run)].filter((text) => text !== '').join(', '));
  return html`<p class="legend">${names.map((name, index) => legendKey(index, name))}</p>`;
}

function letters({ runs }: RunDiff): Markup[] {
  return runs.map(
    (run, index) =>
      html`<th scope="col" class="n"><span class="letter" style="--run:${hueOf(index)}">${letterOf(index)}</span>${doubtOf(run) === '' ? undefined : html` <span class="tag bad">${doubtOf(run)}</span>`}</th>`,
  );
}

function stepsPart(diff: RunDiff): Markup | undefined {
  if (diff.steps.length === 0) return undefined;
  return html`<section><h2>Steps that meet</h2>
<div class="scroll" tabindex="0"><table class="wide met"><thead><tr><th scope="col">step</th><th scope="col">of all answers</th>${letters(diff)}</tr></thead>
<tbody>${diff.steps.map(stepBody)}</tbody></table></div>
<p class="hint">In brackets: how many times the first run that has the step. Two runs of the same state differ, too, often by a tenth and more in p99.</p></section>`;
}

function stepBody(step: MetStep): Markup[] {
  const rows = stepRows(step);
  return rows.map(
    ({ what, cells }, index) =>
      html`<tr${index === 0 ? html` class="first"` : undefined}>${index === 0 ? html`<th scope="rowgroup" rowspan="${rows.length}">${meetingTitle(step)}</th>` : undefined}<td>${what}</td>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>`,
  );
}

/** More pictures than these are no help. */
const mostCurves = 12;

function curvesPart(diff: RunDiff): Markup | undefined {
  const drawn = diff.steps.flatMap((step) => {
    const chart = curveChart(step);
    return chart ? [{ step, chart }] : [];
  });
  if (drawn.length === 0) return undefined;
  const left = drawn.length - mostCurves;
  return html`<section><h2>Response by percentile</h2>${legend(diff)}
<div class="pictures">${drawn.slice(0, mostCurves).map(({ step, chart }) => html`<figure><figcaption><h3>${meetingTitle(step)}</h3></figcaption>${chart}</figure>`)}</div>
${left > 0 ? html`<p class="hint">${left} more steps meet; the table has them all.</p>` : undefined}</section>`;
}

function seriesPart(diff: RunDiff): Markup | undefined {
  const groups = new Map<string, DiffChart[]>();
  for (const chart of diff.charts) groups.set(chart.service, [...(groups.get(chart.service) ?? []), chart]);
  if (groups.size === 0) return undefined;
  return html`<section><h2>On the clock of the steps</h2>${legend(diff)}
<p class="hint">The steps that meet, one behind the other, each from its beginning; what lies between them is left out. Of several replicas the mean.</p>
${[...groups].map(
  ([service, charts]) =>
    html`<h3>${service}</h3><div class="pictures">${charts.map(
      (chart) =>
        html`<figure><figcaption><h4>${chart.title}${chart.unit === '' || chart.unit === chart.title || chart.unit === 'us' ? undefined : html` <span class="unit">${chart.unit}</span>`}</h4></figcaption>${seriesChart(chart, diff.clock)}</figure>`,
    )}</div>`,
)}
<details><summary>The same as a table: the mean of each step</summary>${meansTable(diff)}</details></section>`;
}

function meansTable(diff: RunDiff): Markup {
  const text = (chart: DiffChart, value: number | null) =>
    value === null ? noValue : chart.unit === 'us' ? formatLatencyUs(value) : formatNumber(value);
  return html`<div class="scroll tall" tabindex="0"><table><thead><tr><th scope="col">series</th><th scope="col">step</th>${letters(diff)}</tr></thead>
<tbody>${diff.charts.flatMap((chart) =>
    chart.steps.map(
      ({ shape, means }) =>
        html`<tr><th scope="row">${chart.service}: ${chart.title}</th><td>${shape}</td>${means.map((value) => html`<td class="n">${text(chart, value)}</td>`)}</tr>`,
    ),
  )}</tbody></table></div>`;
}

function differencesPart(title: string, all: readonly RunDifference[], diff: RunDiff): Markup {
  if (all.length === 0) return html`<section><h2>${title}</h2><p>Nothing differs.</p></section>`;
  return html`<section><h2>${title}</h2>
<div class="scroll tall" tabindex="0"><table class="wide values"><thead><tr><th scope="col">what</th>${diff.runs.map((_, index) => html`<th scope="col"><span class="letter" style="--run:${hueOf(index)}">${letterOf(index)}</span></th>`)}</tr></thead>
<tbody>${all.map(({ what, values }) => html`<tr><th scope="row">${what}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody></table></div></section>`;
}

function glossary(): Markup {
  const words = [
    [
      'Steps that meet',
      'Measured steps of two or more runs that ask for the same load. Whatever else the runs asked for is named above and not compared.',
    ],
    [
      'No verdict',
      'One run is one draw of luck. A change is shown by rounds, in which both states run in turns: rampart compare, rampart gate.',
    ],
    [
      'Invalid',
      'The run itself went wrong, so its numbers say little of the service. They are shown because they may still explain something.',
    ],
  ];
  return html`<section><h2>Words</h2><dl class="glossary">${words.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></section>`;
}

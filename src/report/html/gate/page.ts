/** The page of a gate: one file that loads nothing and needs no script; with one, flame graphs can be searched and zoomed. */

import type { GateCheck, GateReport, MovedSeries } from '../../../model/gate-checks.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../../model/units.ts';
import { gateVerdictWords, outcomeTones, outcomeWords, signedPercent } from '../../words/gate-terms.ts';
import { counted, noValue } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import { chainPart } from '../chain.ts';
import { flameScript } from '../client/flame-script.ts';
import { codePart } from '../code-part.ts';
import { documentText } from '../document.ts';
import { html, type Markup, wholeText } from '../markup.ts';
import { styles } from '../styles.ts';
import { tagsLine } from '../tags-line.ts';
import { comparisonStyles } from '../verdict-styles.ts';
import { gateChart } from './chart.ts';

/** The page; `commands` say how to get the verdict and the rounds again, each with what it does. */
export function gatePage(
  report: GateReport,
  commands: readonly (readonly [command: string, explanation: string])[],
): string {
  const main = html`${header(report)}
${picturePart(report)}
${checksPart(report)}
${report.code && codePart(report.code, 'Which code changed')}
${movedPart(report)}
${againPart(commands)}
${glossary(report)}`;
  return documentText({
    title: `${report.scenario}: gate ${gateVerdictWords[report.verdict].word}`,
    styles: styles + comparisonStyles,
    main,
    scripts: report.code && report.code.flames.length > 0 ? [flameScript()] : [],
  });
}

function header(report: GateReport): Markup {
  const { scenario, tool, engine, startedAt, id, rounds, verdict, statements, baseline, candidate } = report;
  const { tone, word } = gateVerdictWords[verdict];
  const facts = [
    ['Rests on', `${counted(rounds, 'round')} of both`],
    ['Harmless', `up to ${formatShare(report.tolerance)} slower`],
    ['Must not pass', `from ${formatShare(report.detect)} slower on`],
    ['Either error', `at most ${formatShare(report.error)}`],
    ['Engine', engine],
    ['Started', startedAt.slice(0, 19).replace('T', ' ')],
    ['Gate', id],
  ];
  return html`<header>
<p class="brand"><span>${tool.name} ${tool.version}</span></p>
<h1>${scenario}</h1>
<p class="lead">${candidate} against ${baseline}</p>${tagsLine(report.tags)}
<section class="state ${tone}" aria-label="Verdict of the gate">
<p class="word"><span aria-hidden="true">${signs[tone]}</span> Gate ${word}</p>
<div><ul class="statements">${statements.map(({ label, text }) => html`<li><span class="tag ${statementTone(label)}">${label}</span> ${text}</li>`)}</ul></div>
</section>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function statementTone(label: string): string {
  if (label === 'FAIL' || label === 'INVALID') return 'bad';
  if (label === 'PASS') return 'good';
  return label === 'NOTE' ? 'info' : 'warn';
}

function picturePart(report: GateReport): Markup | undefined {
  const chart = gateChart(report);
  if (!chart) return undefined;
  return html`<section><h2>How much slower</h2>${chart}
<p class="hint">The large dot is the estimate, the bar its 90 % interval, each small dot one round: the candidate's p99 against the baseline's in the same round. Left is faster; an arrow points at what is beyond the picture, a small one at a round.</p></section>`;
}

function checksPart({ checks }: GateReport): Markup {
  if (checks.length === 0) return html`<section><h2>Steps and metrics</h2><p>No step was measured.</p></section>`;
  const heads = ['change', '90 % interval', 'ruled out above', 'could see', 'baseline', 'candidate'];
  return html`<section><h2>Steps and metrics</h2>
<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">step</th><th scope="col">metric</th><th scope="col">outcome</th>${heads.map((head) => html`<th scope="col" class="n">${head}</th>`)}</tr></thead>
<tbody>${checks.map(checkRow)}</tbody></table></div></section>`;
}

function checkRow({ step, name, outcome, text, change, baselineUs, candidateUs }: GateCheck): Markup {
  const latency = (us: number | undefined) => (us === undefined ? noValue : formatLatencyUs(us));
  const cells = [
    change ? signedPercent(change.estimate) : noValue,
    change ? `${signedPercent(change.low)} … ${signedPercent(change.high)}` : noValue,
    outcome === 'ruled-out' && change ? signedPercent(change.upper) : noValue,
    change ? signedPercent(change.detectable) : noValue,
    latency(baselineUs),
    latency(candidateUs),
  ];
  return html`<tr title="${text}"><th scope="row">${step ?? 'whole run'}</th><td>${name}</td><td><span class="tag ${outcomeTones[outcome]}">${outcomeWords[outcome]}</span></td>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>`;
}

function movedPart({ moved }: GateReport): Markup | undefined {
  if (!moved) return undefined;
  const where = `in ${moved.steps.join(', ')}`;
  const leftOut = (moved.leftOut ?? []).map((text) => html`<p class="hint">${text}</p>`);
  if (moved.series.length === 0)
    return html`<section><h2>What else moved</h2><p>No series of those that were observed is shown to differ ${where}.</p>${leftOut}</section>`;
  return html`<section><h2>What moved</h2>
${chainPart(moved.explanation)}
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">series</th><th scope="col" class="n">baseline</th><th scope="col" class="n">candidate</th><td></td></tr></thead>
<tbody>${moved.series.map(movedRow)}</tbody></table></div>
<p class="hint">Series that differ ${where}: associated, not shown to be causes; one in ten may be here by chance.</p>${leftOut}</section>`;
}

function movedRow({ series, unit, before, after }: MovedSeries): Markup {
  return html`<tr><th scope="row">${series}</th><td class="n">${formatNumber(before)}</td><td class="n">${formatNumber(after)}</td><td class="hint">${unit}</td></tr>`;
}

function againPart(commands: readonly (readonly [command: string, explanation: string])[]): Markup | undefined {
  if (commands.length === 0) return undefined;
  const text = commands.map(([command, explanation]) => `# ${explanation}\n${command}`).join('\n');
  return html`<section><h2>Again</h2><pre tabindex="0">${wholeText(text)}</pre>
<p class="hint">Each run has a report of its own, in the folders of its round beside this page.</p></section>`;
}

function glossary({ tolerance, detect }: GateReport): Markup {
  const words = [
    ['Round', 'Both states once, in random order, each from a fresh start. Rounds are what is judged, never requests.'],
    ['Worse', `Shown to be slower by more than ${formatShare(tolerance)}, over all steps, metrics and looks together.`],
    ['Ruled out', `A slowdown of ${formatShare(detect)} or more; a smaller one may be there.`],
    ['Could see', 'The change that this gate would have shown nineteen times in twenty, had it been there.'],
    ['p99', 'Of typical windows of a second or more: other work on the machine only ever adds to the rest.'],
  ];
  return html`<section><h2>Words</h2><dl class="glossary">${words.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></section>`;
}

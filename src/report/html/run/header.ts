/** Top of the page: what ran, how it ended and whether its numbers may be used, on what machine. */
import type { RunResult } from '../../../model/run-result.ts';
import { formatNumber } from '../../../model/units.ts';
import { floorText } from '../../words/floor-text.ts';
import { counted } from '../../words/number-format.ts';
import { sentToPlaces, sentToText } from '../../words/sent-to-text.ts';
import { reasonTexts, signs, stateWords } from '../../words/state-words.ts';
import { html, type Markup } from '../markup.ts';
import { tagsLine } from '../tags-line.ts';

/** The header with the badge. */
export function headerPart(result: RunResult): Markup {
  const { scenario, tool } = result;
  return html`<header>
<p class="brand"><span>${tool.name} ${tool.version}</span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${scenario.name}</h1>
${scenario.description === '' ? undefined : html`<p class="lead">${scenario.description}</p>`}
<p class="run-line">${runLine(result)}</p>${tagsLine(result.tags)}
${badge(result)}
</header>`;
}

/** What ran where, and with what: the rest of what is needed to run it again. */
export function environmentPart(result: RunResult): Markup {
  return html`<section id="environment"><h2>Environment</h2>
<dl class="facts">${facts(result).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function runLine({ startedAt, environment, scenario }: RunResult): string {
  return [
    `${startedAt.slice(0, 19).replace('T', ' ')} UTC`,
    `${environment.engine} engine`,
    scenario.load ? loadOf(scenario.load) : 'no load',
    counted(environment.targets.length, 'target'),
    counted(environment.cpus, 'CPU'),
  ].join(' · ');
}

function badge(result: RunResult): Markup {
  const { tone, word, sentence } = stateWords(result);
  const { failure } = result;
  const reasons = reasonTexts(result);
  const floor = floorText(result);
  const sentTo = sentToText(result);
  return html`<section class="state ${tone}${result.diagnosis && result.validity.verdict === 'valid' ? ' slim' : ''}" aria-label="State of the run">
<p class="word"><span aria-hidden="true">${signs[tone]}</span> ${word}</p>
<div><p>${sentence}</p>
${failure && html`<p class="failure"><strong>${failure.message}</strong>${failure.hint && html` <span>${failure.hint}</span>`}</p>`}
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
${
  floor &&
  html`<p>${floor}</p>
`
}${sentTo && html`<p>${sentTo}</p>`}${noticeOf(result)}</div>
</section>`;
}

/** What else to know before reading, with a way to it. */
function noticeOf(result: RunResult): Markup | undefined {
  const { warnings, gaps } = result;
  const parts = [
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
    ...(gaps.length > 0 ? [`${counted(gaps.length, 'kind')} of gap in what was observed`] : []),
  ];
  return parts.length === 0 ? undefined : html`<p><a href="#observed">${parts.join(', ')}</a></p>`;
}

function facts(result: RunResult): readonly (readonly [string, string])[] {
  const { environment, scenario, startedAt } = result;
  const services = [...new Set(environment.targets.map((target) => target.service))];
  const replicas = services.map((service) => {
    const count = environment.targets.filter((target) => target.service === service).length;
    return count === 1 ? service : `${service} × ${count}`;
  });
  return [
    ['Started', `${startedAt.slice(0, 19).replace('T', ' ')} UTC`],
    ['Engine', environment.engine],
    ['Load', scenario.load ? loadOf(scenario.load) : 'none'],
    ...(environment.sentTo ? ([['Sent to', sentToPlaces(environment.sentTo)]] as const) : []),
    ['Targets', replicas.length > 0 ? replicas.join(', ') : 'none'],
    ['CPUs', `${environment.cpus} (${environment.cpuModel})`],
    ['Memory', `${formatNumber(environment.memoryBytes / 1024 ** 3)} GiB`],
    ['System', environment.os],
    ['Node', environment.node],
    ...Object.entries(environment.facts),
    ['Run', result.id],
  ];
}

/** A closed loop sends when it is answered, so it has no arrivals of a kind. */
function loadOf({ mode, arrivals, recording, maxConnections }: NonNullable<RunResult['scenario']['load']>): string {
  if (mode === 'closed') return `closed loop, ${counted(maxConnections, 'connection')}`;
  const speed = recording === undefined || recording.speed === 1 ? '' : ` at ${recording.speed} times their speed`;
  return `open loop, ${arrivals} arrivals${speed}`;
}

/** The answer in a few numbers, each of them read from one step of the result. */

import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { stepText } from '../../../model/step-text.ts';
import { formatCount, formatLatencyUs, isNoAnswer } from '../../../model/units.ts';
import { answerSteps, lostText, measuredSteps } from '../../words/answer.ts';
import { latencyText, noValue, rpsCell } from '../../words/number-format.ts';
import { html, type Markup } from '../markup.ts';

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
}

/** The strip of numbers under the header; nothing when no step was measured. */
export function answerPart(result: RunResult): Markup | undefined {
  const { first, last, held, limitFound, latest, worst } = answerSteps(result);
  if (!first || measuredSteps(result).every(({ load }) => load.planned === 0)) return undefined;
  const tiles = [
    ...(result.diagnosis ? [] : [heldTile(held, limitFound)]),
    latencyTile(last ? 'First measured step' : 'Measured step', first),
    ...(last ? [latencyTile('Last measured step', last)] : []),
    errorTile(worst),
    ...(latest && latest.lagUs.count > 0 ? [lagTile(latest)] : []),
  ];
  const isVoid = result.validity.verdict === 'invalid';
  return html`<section class="answer${isVoid ? ' void' : ''}" aria-label="The answer in a few numbers">${tiles.map(
    ({ label, value, unit, note }) =>
      html`<div><h2>${label}</h2><p class="big">${value} <small>${unit}</small></p><p class="note">${note}</p></div>`,
  )}</section>`;
}

function heldTile(held: StepResult | undefined, limitFound: boolean): Tile {
  const label = limitFound ? 'Highest rate that held' : 'Highest rate reached';
  if (!held) return { label, value: noValue, unit: '', note: 'every measured step is beyond a limit, see findings' };
  const note = limitFound
    ? `completed in ${stepText(held)}, the fastest that no limit finding names`
    : `completed in ${stepText(held)}; no limit was found`;
  return { label, value: rpsCell(held.load.completedRps), unit: 'req/s', note };
}

function latencyTile(label: string, step: StepResult): Tile {
  const [value = noValue, unit = ''] = latencyText(step.responseUs, 'p99').split(' ');
  const own = step.ownErrorUs ? `, of it at most ${formatLatencyUs(step.ownErrorUs.p99)} the generator's own` : '';
  const note = `response p99 in ${stepText(step)}${own}${ruledText(step)}; p50 ${latencyText(step.responseUs, 'p50')}, service p99 ${latencyText(step.serviceUs, 'p99')}`;
  return { label, value, unit, note };
}

/** The p99 that rules and the sentence about the rate have, where it is another one. */
function ruledText({ ruledUs, responseUs }: StepResult): string {
  const [, mostUs = responseUs.p99] = ruledUs?.response.p99 ?? [];
  if (isNoAnswer(mostUs) || formatLatencyUs(mostUs) === formatLatencyUs(responseUs.p99)) return '';
  return `, or ${formatLatencyUs(mostUs)} with arrivals without a good answer as the slowest, as in rules`;
}

function errorTile(worst: StepResult | undefined): Tile {
  const label = 'Errors';
  const lost = worst ? lostText(worst) : '';
  if (!worst || lost === '')
    return { label, value: 'none', unit: '', note: 'every arrival of the measured steps completed' };
  const { failed, timedOut, dropped, unfinished, planned } = worst.load;
  const most = Math.max(failed, timedOut, dropped, unfinished);
  const note = `worst is ${stepText(worst)}, of ${formatCount(planned)} planned: ${lost}`;
  const word =
    most === failed ? 'failed' : most === timedOut ? 'timed out' : most === dropped ? 'dropped' : 'unfinished';
  return { label, value: formatCount(most), unit: word, note };
}

function lagTile(latest: StepResult): Tile {
  const [value = noValue, unit = ''] = latencyText(latest.lagUs, 'p99').split(' ');
  return { label: 'Generator lag', value, unit, note: `p99 where it was greatest, ${stepText(latest)}` };
}

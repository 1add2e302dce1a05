/** Faults over time: a row for each, hatched while it was in force, and a line until users were well again. */
import type { FaultOutcome } from '../../../model/fault-outcome.ts';
import type { RunResult } from '../../../model/run-result.ts';
import { formatTimeUs } from '../../../model/units.ts';
import { faultAnswer, faultHead, faultTone, forceCell, recoveryWord } from '../../words/fault-words.ts';
import { signs } from '../../words/state-words.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import { shareOf, type Time } from './time-axis.ts';

/** Words beyond this part of the width stand at the left of what they are about. */
const turnsAt = 62;

/** One row for each fault that was in force. */
export function faultRows({ faults = [] }: RunResult, time: Time): readonly Markup[] {
  return faults.flatMap((fault, index) =>
    fault.startUs === undefined ? [] : [faultRow(fault, fault.startUs, index, time)],
  );
}

function faultRow(fault: FaultOutcome, startUs: number, index: number, time: Time): Markup {
  const endUs = fault.endUs ?? time.untilUs;
  const harmedUntilUs = harmEndUs(fault, startUs, time);
  const [from, until] = [shareOf(startUs, time), shareOf(endUs, time)];
  const over = harmedUntilUs === undefined ? undefined : shareOf(harmedUntilUs, time);
  const reach = Math.max(until, over ?? 0);
  const side = reach > turnsAt ? `right:${round(100 - from)}%` : `left:${round(reach)}%`;
  const tone = faultTone(fault);
  return html`<figure class="lane row"><figcaption><b>${fault.name}</b><span class="range">${forceCell(fault)}</span></figcaption>
<div class="strip" role="img" aria-label="${faultHead(fault)}. ${faultAnswer(fault)}"><i class="bar f${index % 3}" style="left:${from}%;width:${round(until - from)}%"></i>${
    over === undefined
      ? undefined
      : html`<i class="harm${fault.recovery.state === 'not-recovered' ? ' open' : ''}" style="left:${from}%;width:${round(over - from)}%"></i>`
  }<span class="say ${tone}" style="${side}">${signs[tone]} ${outcomeWords(fault)}</span></div></figure>`;
}

function harmEndUs({ recovery: { state, afterUs } }: FaultOutcome, startUs: number, time: Time): number | undefined {
  if (state === 'not-recovered') return time.untilUs;
  return state === 'recovered' && afterUs !== undefined ? startUs + afterUs : undefined;
}

function outcomeWords(fault: FaultOutcome): string {
  const { state, afterUs } = fault.recovery;
  return state === 'recovered' && afterUs !== undefined
    ? `well again after ${formatTimeUs(afterUs)}`
    : recoveryWord(fault);
}

/** Faults in numbers, then all that happened to the system on one time axis: faults, roles, conditions, exits. */
import type { ConditionOutcome, FaultOutcome, RoleOutcome } from '../../../model/fault-outcome.ts';
import type { RunResult } from '../../../model/run-result.ts';
import { formatCount, formatNumber } from '../../../model/units.ts';
import {
  brokenCell,
  faultTone,
  forceCell,
  isOwed,
  oddsText,
  recoveryCell,
  recoveryWord,
  seenCell,
} from '../../words/fault-words.ts';
import {
  afterText,
  conditionText,
  convergenceTones,
  holders,
  roleText,
  tookText,
} from '../../words/membership-words.ts';
import { noValue, secondsText } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import { drawnTargets } from '../charts/chart-data.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import { faultRows } from './fault-rows.ts';
import { axisLane, shareOf, type Time } from './time-axis.ts';

/** Kinds of events that tell of a target that went or came back. */
const comings: readonly string[] = ['exit', 'restart'];

/** Nothing where the scenario has neither faults, conditions nor roles. */
export function faultsPart(result: RunResult): Markup | undefined {
  const { faults, conditions, roles, convergences } = result;
  if (!faults && !conditions && !roles) return undefined;
  const title = faults ? 'Faults' : 'Membership';
  return html`<section id="faults"><h2>${title}</h2>
${faults && faultTablePart(faults)}
${timelinePart(result)}
${convergences && convergences.length > 0 ? convergencePart(convergences) : undefined}
</section>`;
}

function faultTablePart(faults: readonly FaultOutcome[]): Markup {
  if (faults.length === 0) return html`<p class="hint">None was begun.</p>`;
  return html`<div class="scroll" tabindex="0"><table class="faults"><thead><tr>
<th scope="col">Fault</th><th scope="col" class="n">at</th><th scope="col" class="n">in force</th><th scope="col">done to</th><th scope="col" class="n">seen after</th><th scope="col" class="n">lost</th><th scope="col" class="n">slow</th><th scope="col">rules broken for</th><th scope="col">well again</th></tr></thead>
<tbody>${faults.map(faultRow)}</tbody></table></div>
<p class="hint">Times count from when the fault was in force. Lost and slow are arrivals from then to recovery, or to the end; below them how many the time before the fault leads to expect, and how often chance alone brings so many more. Well again: response p99, errors and throughput are back in their band of before, and stayed there.</p>`;
}

function faultRow(fault: FaultOutcome): Markup {
  const { name, what, targets, startUs, askedUs, recovery, failed } = fault;
  const tone = faultTone(fault);
  const known = recovery.state === 'recovered';
  return html`<tr><th scope="row">${name}<span class="observed">${what}</span></th><td class="n">${secondsText(startUs ?? askedUs)}</td><td class="n">${forceCell(fault)}</td><td>${targets.length > 0 ? targets.join(', ') : noValue}</td>
<td class="n">${seenCell(fault)}</td>${harmTd(fault.lost)}${harmTd(fault.slow)}<td>${brokenCell(fault)}</td>
<td><span class="verdict ${tone}">${signs[tone]} ${known ? recoveryCell(fault) : recoveryWord(fault)}</span><span class="observed">${failed ?? recovery.why}</span></td></tr>`;
}

function harmTd(harm: FaultOutcome['lost']): Markup {
  if (!harm) return html`<td class="n">${noValue}</td>`;
  const { observed, expected } = harm;
  const note =
    observed === 0
      ? undefined
      : html`<span class="observed">${formatNumber(expected)} expected, ${oddsText(harm)}</span>`;
  return html`<td class="n ${isOwed(harm) ? 'loss' : ''}">${formatCount(observed)}${note}</td>`;
}

/** From the first thing that is known of the system to the end of the load. */
function timeOf({ steps, roles = [], conditions = [], convergences = [] }: RunResult): Time | undefined {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return undefined;
  const begins = [
    first.startUs,
    ...roles.flatMap(({ spans }) => spans[0]?.fromUs ?? []),
    ...conditions.flatMap(({ changes }) => changes[0]?.atUs ?? []),
    ...convergences.map(({ fromUs }) => fromUs),
  ];
  return { fromUs: Math.min(...begins), untilUs: last.startUs + last.durationUs };
}

function timelinePart(result: RunResult): Markup | undefined {
  const time = timeOf(result);
  const { roles = [], conditions = [] } = result;
  if (!time) return undefined;
  const rows = [
    ...faultRows(result, time),
    ...roles.map((role) => roleRow(role, result, time)),
    ...conditions.map((condition) => conditionRow(condition, time)),
    ...comingsRow(result, time),
  ];
  if (rows.length === 0) return undefined;
  return html`<h3>What happened when</h3><p class="hint">Hatched: a fault in force; the line on it goes on until users were well again. Who has a role stands in its bar; a dashed bar is a time in which nobody had it. A condition holds where its bar is full.</p>
<div class="timeline">${rows}${axisLane(time)}</div>`;
}

function roleRow(role: RoleOutcome, result: RunResult, time: Time): Markup {
  const colours = new Map(drawnTargets(result).map(({ id, colour }) => [id, colour.name]));
  return html`<figure class="lane row"><figcaption><b>${role.role}</b><span class="range">role</span></figcaption>
<div class="strip" role="img" aria-label="${role.role}: ${roleText(role)}">${role.spans.map(
    ({ fromUs, toUs, targets }) => {
      const [from, until] = [shareOf(fromUs, time), shareOf(toUs, time)];
      const hue = colours.get(targets[0] ?? '') ?? 'faint';
      return html`<i class="held${targets.length === 0 ? ' nobody' : ''}" style="left:${from}%;width:${round(until - from)}%;--hue:var(--${hue})" title="${holders(targets)}, ${secondsText(fromUs)} to ${secondsText(toUs)}">${targets.length === 0 ? undefined : holders(targets)}</i>`;
    },
  )}</div></figure>`;
}

function conditionRow(condition: ConditionOutcome, time: Time): Markup {
  const { name, changes } = condition;
  return html`<figure class="lane row"><figcaption><b>${name}</b><span class="range">condition</span></figcaption>
<div class="strip" role="img" aria-label="${name}: ${conditionText(condition)}">${changes.map(
    ({ atUs, holds, said }, index) => {
      const [from, until] = [shareOf(atUs, time), shareOf(changes[index + 1]?.atUs ?? time.untilUs, time)];
      return html`<i class="${holds ? 'held holds' : 'held not'}" style="left:${from}%;width:${round(until - from)}%" title="${holds ? 'holds' : 'does not hold'} from ${secondsText(atUs)}${said === undefined ? '' : `: ${said}`}"></i>`;
    },
  )}</div></figure>`;
}

function comingsRow({ events }: RunResult, time: Time): Markup[] {
  const own = events.filter(({ kind, atUs }) => comings.includes(kind) && atUs >= time.fromUs && atUs <= time.untilUs);
  if (own.length === 0) return [];
  const told = own.map(({ atUs, target = '', kind }) => `${target} ${kind} at ${secondsText(atUs)}`);
  return [
    html`<figure class="lane row"><figcaption><b>Exits, restarts</b></figcaption>
<div class="strip" role="img" aria-label="${told.join(', ')}">${own.map(
      ({ atUs, kind }, index) =>
        html`<i class="tick ${kind}" style="left:${shareOf(atUs, time)}%" title="${told[index] ?? ''}"></i>`,
    )}</div></figure>`,
  ];
}

function convergencePart(convergences: NonNullable<RunResult['convergences']>): Markup {
  return html`<h3>Convergence</h3><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Condition</th><th scope="col">after</th><th scope="col" class="n">from</th><th scope="col">held, and stayed so, after</th></tr></thead>
<tbody>${convergences.map((each) => {
    const tone = convergenceTones[each.state];
    return html`<tr><th scope="row">${each.condition}</th><td>${afterText(each)}</td><td class="n">${secondsText(each.fromUs)}</td><td><span class="verdict ${tone}">${signs[tone]} ${tookText(each)}</span></td></tr>`;
  })}</tbody></table></div>`;
}

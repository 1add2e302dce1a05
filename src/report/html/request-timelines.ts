/** The slowest requests one by one: what each was doing, in its order, to one scale. */
import type { SlowRequest } from '../../model/inspected-trace.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { counted } from '../words/number-format.ts';
import { kindsOf, partText, partWords, routeName } from '../words/trace-words.ts';
import { kindLook } from './kind-looks.ts';
import { html, type Markup } from './markup.ts';
import { timeBar } from './request-time.ts';

/** So many parts of a slow request are told in words; its bar has all. */
const partsTold = 3;

/** What differs where the slowest requests are shown. */
export interface SlowestWords<T> {
  /** When it began. */
  readonly at: (request: T) => string;
  /** Where it was seen. */
  readonly source?: (request: T) => string;
}

/** A row for each, to the scale of the slowest and in the colours of every such bar. */
export function slowestTable<T extends SlowRequest>(slowest: readonly T[], { at, source }: SlowestWords<T>): Markup {
  const longest = Math.max(...slowest.map(({ us }) => us));
  const kinds = kindsOf(slowest.flatMap(({ order, parts }) => order ?? parts));
  const isOrdered = slowest.every(({ order }) => order !== undefined);
  return html`<h3>The slowest requests</h3><p class="hint">${
    isOrdered
      ? 'Each bar is one request from its begin to its end, in the order in which things happened; a stretch says what and where under the pointer.'
      : 'Each bar is a sum of parts, the greatest first, not the order in which they were.'
  }</p>
<ul class="kinds">${kinds.map(({ what }) => html`<li><span class="swatch ${kindLook(what)}" aria-hidden="true"></span>${partWords[what]}</li>`)}</ul>
<div class="scroll" tabindex="0"><table class="slowest"><thead><tr><th scope="col" class="n">took</th><th scope="col" class="n">at</th><th scope="col">handler</th><th scope="col">spent</th></tr></thead>
<tbody>${slowest.map((request) => {
    const told = request.parts.slice(0, partsTold).map((part) => `${formatLatencyUs(part.us)} ${partText(part)}`);
    return html`<tr><td class="n strong">${formatLatencyUs(request.us)}</td><td class="n">${at(request)}</td><td><code>${routeName(request)}</code>${source && html`<span class="observed">${source(request)}</span>`}</td><td>${timelineOf(request, longest)}${told.join('; ')}${mergedPart(request)}</td></tr>`;
  })}</tbody></table></div>`;
}

function timelineOf({ order, parts }: SlowRequest, longest: number): Markup {
  if (!order) return timeBar(kindsOf(parts), longest);
  const share = (us: number) => Math.round((10_000 * us) / longest) / 100;
  return html`<div class="time-bar ordered" aria-hidden="true">${order.map(
    ({ what, site, fromUs, us }) =>
      html`<i class="${kindLook(what)}" style="left:${share(fromUs)}%;width:${share(us)}%" title="at ${formatLatencyUs(fromUs)}: ${formatLatencyUs(us)} ${partText({ what, site })}"></i>`,
  )}</div>`;
}

function mergedPart({ merged }: SlowRequest): Markup | undefined {
  if (!merged) return undefined;
  const many = merged.count === 1 ? 'is drawn as part of its neighbour' : 'are drawn as parts of their neighbours';
  return html`<span class="observed">${counted(merged.count, 'short stay')}, ${formatLatencyUs(merged.us)} in all, ${many}</span>`;
}

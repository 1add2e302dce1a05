/** The page of a collector at a moment: who answers, what is kept, what is not and why. It needs no script, for its server has it loaded again. */
import type { CollectedTarget, CollectOutcome, CollectStatus, TriedType } from '../../../model/collect-status.ts';
import { formatCount } from '../../../model/units.ts';
import { outcomeText, pruneText, sinceText, sumsOf, untilText } from '../../words/collect-table.ts';
import { sizeText } from '../../words/inspect-text.ts';
import { counted, noValue } from '../../words/number-format.ts';
import { signs } from '../../words/state-words.ts';
import { documentText } from '../document.ts';
import { html, type Markup } from '../markup.ts';
import { styles } from '../styles.ts';

type Tone = keyof typeof signs;

const tones: Readonly<Record<CollectOutcome, Tone>> = {
  ok: 'good',
  empty: 'info',
  absent: 'info',
  busy: 'warn',
  'timed out': 'bad',
  unreachable: 'bad',
  failed: 'bad',
  'not kept': 'bad',
};

const own = `
.targets { width: 100%; }
.targets tbody th { min-width: 22ch; overflow-wrap: anywhere; }
.targets td { min-width: 13ch; }
.targets small, .targets th small { display: block; color: var(--muted); font-weight: 400; font-size: 12px; }
.outcome { color: var(--tone-text); font-weight: 600; white-space: nowrap; }
.outcome.none { color: var(--muted); font-weight: 400; }
.found { list-style: none; padding: 0; display: grid; gap: 8px; }
.found > li { border-left: 3px solid var(--tone); padding-left: 12px; }
.found ul { font-size: 13px; list-style: disc; }
@media screen and (max-width: 900px) { main { padding-left: 16px; padding-right: 16px; } }
`;

/** Of so many targets the page shows all of those that fail, and no more than so many of the others. */
const mostShown = 500;

/** The page. */
export function collectPage(status: CollectStatus, tool: string): string {
  const main = html`${headerOf(status, tool)}
${numbersOf(status)}
${foundPart(status)}
${prunePart(status)}
${troublePart(status)}
${targetsPart(status)}`;
  return documentText({ title: 'Profiles are collected', styles: `${styles}${own}`, main });
}

function headerOf(status: CollectStatus, tool: string): Markup {
  const { tone, word } = stateOf(status);
  return html`<header>
<p class="brand"><span>${tool}</span><span>as of <time datetime="${status.at}">${status.at.slice(0, 19).replace('T', ' ')}</time> UTC</span></p>
<h1>Profiles are collected</h1>
<section class="state slim ${tone}" aria-label="State"><p class="word"><span aria-hidden="true">${signs[tone]}</span> ${word}</p>
<div><p>${sumsOf(status)}</p></div></section>
</header>`;
}

function stateOf({ targets, discoveries, totals }: CollectStatus): { readonly tone: Tone; readonly word: string } {
  const silent = targets.filter(({ answers }) => answers === false).length;
  if (targets.length === 0) return { tone: 'bad', word: 'Nothing to collect from' };
  if (silent === targets.length) return { tone: 'bad', word: 'No target answers' };
  if (totals.tries['not kept'] > 0) return { tone: 'bad', word: 'Profiles were not kept' };
  if (discoveries.some(({ stale }) => stale !== undefined))
    return { tone: 'warn', word: 'The list of targets may be old' };
  if (silent > 0) return { tone: 'warn', word: `${counted(silent, 'target')} silent` };
  const untried = targets.filter(({ answers }) => answers === undefined).length;
  if (untried > 0) return { tone: 'info', word: `${counted(untried, 'target')} not tried yet` };
  return { tone: 'good', word: 'All targets answer' };
}

function numbersOf({ targets, totals, startedAt, at }: CollectStatus): Markup {
  const answering = targets.filter(({ answers }) => answers).length;
  const { ok, empty, absent, ...failed } = totals.tries;
  const failures = Object.values(failed).reduce((sum, each) => sum + each, 0);
  const tile = (label: string, big: string, note: string) =>
    html`<div><h2>${label}</h2><p class="big">${big}</p><p class="note">${note}</p></div>`;
  return html`<section class="answer" aria-label="The moment in a few numbers">${[
    tile(
      'Answering',
      `${formatCount(answering)} of ${formatCount(targets.length)}`,
      'targets, as of the last try of each',
    ),
    tile('Kept', formatCount(ok), `profiles, ${sizeText(totals.bytes)}, begun ${sinceText(startedAt, Date.parse(at))}`),
    tile(
      'Empty or absent',
      `${formatCount(empty)} / ${formatCount(absent)}`,
      'no samples in it, or no such type there',
    ),
    tile('Failed', formatCount(failures), 'tries: busy, timed out, unreachable, refused or not kept'),
    tile(
      'Under way',
      formatCount(totals.underWay),
      totals.late > 0 ? `${formatCount(totals.late)} wait for others to end` : 'none waits for others',
    ),
  ]}</section>`;
}

function foundPart({ discoveries }: CollectStatus): Markup {
  const items = discoveries.map(({ name, targets, leftOut, notes, stale }) => {
    const tone = stale !== undefined || targets === 0 ? 'warn' : 'good';
    const others = leftOut > 0 ? `, ${formatCount(leftOut)} left out by filter, shard or as the same address` : '';
    const all = [...(stale === undefined ? [] : [stale]), ...notes];
    return html`<li class="${tone}"><b>${name}</b>: ${counted(targets, 'target')}${others}${all.length > 0 ? html`<ul>${all.map((note) => html`<li>${note}</li>`)}</ul>` : undefined}</li>`;
  });
  return html`<section><h2>Where targets come from</h2><ul class="found">${items}</ul></section>`;
}

function prunePart({ prune, to, at }: CollectStatus): Markup | undefined {
  if (!prune) return undefined;
  const tone = prune.failed === undefined ? 'good' : 'bad';
  return html`<section><h2>What the store is held to</h2><ul class="found"><li class="${tone}"><b>${to}</b> is ${pruneText(prune, Date.parse(at))}</li></ul></section>`;
}

function troublePart({ targets, at }: CollectStatus): Markup | undefined {
  const nowMs = Date.parse(at);
  const rows = targets.flatMap((target) =>
    target.types.filter(({ outcome }) => outcome !== undefined && outcome !== 'ok').map((type) => ({ target, type })),
  );
  if (rows.length === 0) return undefined;
  const shown = rows.toSorted((a, b) => rank(b.type) - rank(a.type)).slice(0, mostShown);
  return html`<section><h2>What did not come</h2>
<div class="scroll" tabindex="0" role="region" aria-label="What did not come"><table><thead><tr>${['Target', 'Type', 'Outcome', 'When', 'Next', 'Why'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${shown.map(
    ({ target, type }) =>
      html`<tr><th scope="row">${target.id}</th><td>${type.type}</td><td>${outcomeMark(type)}</td><td>${sinceText(type.lastAt, nowMs)}</td><td>${untilText(type, nowMs)}</td><td>${type.message}</td></tr>`,
  )}</tbody></table></div>${moreThan(rows.length)}</section>`;
}

function rank({ outcome }: TriedType): number {
  const tone = outcome === undefined ? 'info' : tones[outcome];
  return tone === 'bad' ? 2 : tone === 'warn' ? 1 : 0;
}

function moreThan(count: number): Markup | undefined {
  const left = count - mostShown;
  return left > 0 ? html`<p class="hint">and ${formatCount(left)} more: see status.json</p>` : undefined;
}

function targetsPart({ targets, at }: CollectStatus): Markup | undefined {
  if (targets.length === 0) return undefined;
  const nowMs = Date.parse(at);
  const types = [...new Set(targets.flatMap((target) => target.types.map(({ type }) => type)))];
  const worst = ({ types: all }: CollectedTarget) => Math.max(...all.map(rank), 0);
  const shown = targets.toSorted((a, b) => worst(b) - worst(a)).slice(0, mostShown);
  return html`<section><h2>Targets</h2>
<p class="hint">Of each type the last try, how many profiles are kept, and when the next one is due. All of it is in <a href="/status.json">status.json</a>.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Targets"><table class="targets"><thead><tr><th scope="col">Target</th>${types.map((type) => html`<th scope="col">${type}</th>`)}</tr></thead>
<tbody>${shown.map((target) => targetRow(target, types, nowMs))}</tbody></table></div>${moreThan(targets.length)}</section>`;
}

function targetRow(target: CollectedTarget, types: readonly TriedType['type'][], nowMs: number): Markup {
  const { id, service, url, how } = target;
  const cells = types.map((name) => {
    const type = target.types.find((each) => each.type === name);
    if (!type) return html`<td>${noValue}</td>`;
    const last = type.lastAt === undefined ? undefined : `, ${sinceText(type.lastAt, nowMs)}`;
    return html`<td>${outcomeMark(type)}${last}<small>${formatCount(type.kept)} kept; ${untilText(type, nowMs)}</small></td>`;
  });
  return html`<tr><th scope="row">${id}<small>${id === service ? undefined : html`${service}, `}${url}<br>${how}</small></th>${cells}</tr>`;
}

function outcomeMark(type: TriedType): Markup {
  const tone = type.outcome === undefined ? undefined : tones[type.outcome];
  if (tone === undefined) return html`<span class="outcome none">${outcomeText(type)}</span>`;
  return html`<span class="outcome ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${outcomeText(type)}</span>`;
}

/** What profile rounds say: the functions that are named, what else is to be known, and the new side's flame graphs coloured by what changed. */
import type { CodeChanges, CodeFlame } from '../../model/code-changes.ts';
import { changedFunctionText, costText, costWords, shortFunction } from '../../model/code-text.ts';
import { codeRemarks, codeSentence } from '../words/code-words.ts';
import { html, type Markup } from './markup.ts';

const rowPx = 19;
/** Boxes narrower than this share of the picture have no room for a letter. */
const leastLabelled = 0.02;
/** Deeper stacks are cut: they would be longer than a page. */
const mostRows = 60;
const mostGone = 12;

type Node = CodeFlame['nodes'][number];

/** The section; `title` is its heading. */
export function codePart(code: CodeChanges, title: string): Markup {
  const { functions, diff } = code;
  const remarks = codeRemarks(code);
  return html`<section><h2>${title}</h2>
<p class="hint">${codeSentence(code)}.</p>
${functions.length > 0 ? functionTable(code) : undefined}
${remarks.length > 0 ? html`<ul>${remarks.map((each) => html`<li>${each}</li>`)}</ul>` : undefined}
${code.flames.map((flame, index) => flamePart(flame, index === 0))}
${code.flames.length > 0 ? legend() : undefined}
${diff === undefined ? undefined : html`<p class="hint">The same in pprof: <code>go tool pprof -http=: ${diff}</code>, from the folder of this page.</p>`}</section>`;
}

function functionTable({ functions }: CodeChanges): Markup {
  return html`<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th>service</th><th>function</th><th>what changed</th><th class="n">before</th><th class="n">after</th></tr></thead>
<tbody>${functions.map((each) => {
    const [first] = each.changes;
    if (!first) return undefined;
    const { cost, before, after } = first;
    return html`<tr><td>${each.service}</td><th scope="row"><code title="${each.name}">${shortFunction(each.name)}</code></th><td>${changedFunctionText(each).slice(shortFunction(each.name).length + 1)}</td><td class="n">${costText(cost, before)}</td><td class="n">${costText(cost, after)}</td></tr>`;
  })}</tbody></table></div>`;
}

function legend(): Markup {
  return html`<p class="hint">As wide as what the second costs; red costs more than in the first, green less, with a line on top what is new. Grey is not shown to have changed, by the same test over the rounds.</p>`;
}

function flamePart(flame: CodeFlame, isOpen: boolean): Markup {
  const { service, cost, step, before, after } = flame;
  const over = step === undefined ? 'all steps' : step;
  const heading = html`${service}: ${costWords[cost]} <span class="unit">${over}, ${costText(cost, before)} before, ${costText(cost, after)} after</span>`;
  const gone = goneText(flame);
  return html`<details class="profile"${isOpen ? html` open` : undefined}><summary><strong>${heading}</strong></summary>
${after > 0 ? picture(flame) : html`<p>Nothing of it is left.</p>`}
${gone === undefined ? undefined : html`<p class="hint">${gone}</p>`}</details>`;
}

function picture({ nodes, names, after: total, cost, service }: CodeFlame): Markup {
  /** Where the next child of each depth begins. */
  const next: number[] = [0];
  let rows = 0;
  const boxes = nodes.flatMap((node) => {
    const [depth, place, before, after, change] = node;
    const left = next[depth] ?? 0;
    next[depth] = left + after;
    next[depth + 1] = left;
    if (depth >= mostRows || after <= 0) return [];
    rows = Math.max(rows, depth + 1);
    const name = names[place] ?? '';
    const label = after / total >= leastLabelled ? shortFunction(name) : '';
    const where = `left:${percent(left / total)};width:${percent(after / total)};top:${depth * rowPx}px`;
    const words = `${name}: ${change}, ${costText(cost, before)} before, ${costText(cost, after)} after`;
    return [
      html`<span class="${change}" style="${where}" data-depth="${depth}" data-value="${after}" data-name="${name}" title="${words}">${label}</span>`,
    ];
  });
  return html`<div class="flame-part"><div class="flame difference" role="img" aria-label="${service}: what changed in ${costWords[cost]}; the table above names it" data-total="${total}" style="height:${rows * rowPx}px">${boxes}</div></div>`;
}

/** What the second arm does not do has no width in its picture. */
function goneText({ nodes, names, cost }: CodeFlame): string | undefined {
  const outermost = nodes.filter((node, index) => isGone(node) && !callers(nodes, index).some(isGone));
  if (outermost.length === 0) return undefined;
  const told = outermost
    .toSorted((a, b) => b[2] - a[2])
    .map(([, place, before]) => `${shortFunction(names[place] ?? '')} (${costText(cost, before)})`);
  const left = told.length - mostGone;
  return `Gone: ${told.slice(0, mostGone).join(', ')}${left > 0 ? ` and ${left} more` : ''}.`;
}

function isGone([, , , , change]: Node): boolean {
  return change === 'gone';
}

/** The nodes above this one, which stand before it. */
function callers(nodes: readonly Node[], index: number): Node[] {
  const above: Node[] = [];
  let depth = nodes[index]?.[0] ?? 0;
  for (let at = index - 1; at >= 0 && depth > 0; at--) {
    const node = nodes[at];
    if (!node || node[0] >= depth) continue;
    above.push(node);
    depth = node[0];
  }
  return above;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

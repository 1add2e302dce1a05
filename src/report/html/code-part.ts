/** What profile rounds say: the functions that are named, what else is to be known, and the new side's flame graphs coloured by what changed. */
import type { CodeChanges, CodeFlame } from '../../model/code-changes.ts';
import { changedFunctionText, costText, costWords } from '../../model/code-text.ts';
import { shortFunction } from '../../model/function-name.ts';
import { codeRemarks, codeSentence } from '../words/code-words.ts';
import { changedFlameGraph } from './flame-graph.ts';
import { html, type Markup } from './markup.ts';

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
  return html`<div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">service</th><th scope="col">function</th><th scope="col">what changed</th><th scope="col" class="n">before</th><th scope="col" class="n">after</th></tr></thead>
<tbody>${functions.map((each) => {
    const [first] = each.changes;
    if (!first) return undefined;
    const { cost, before, after } = first;
    return html`<tr><td>${each.service}</td><th scope="row"><code title="${each.name}">${shortFunction(each.name)}</code></th><td>${changedFunctionText(each).slice(shortFunction(each.name).length + 1)}</td><td class="n">${costText(cost, before)}</td><td class="n">${costText(cost, after)}</td></tr>`;
  })}</tbody></table></div>`;
}

function legend(): Markup {
  return html`<p class="hint">As wide as what the second costs; red with + costs more than in the first, green with − less, with a line on top what is new. Grey is not shown to have changed, by the same test over the rounds.</p>`;
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

function picture({ nodes, names, after: total, cost, service }: CodeFlame): Markup | undefined {
  const boxes = nodes.map(([depth, place, before, after, change]) => ({
    depth,
    name: names[place] ?? '',
    value: after,
    change,
    words: `${change}, ${costText(cost, before)} before, ${costText(cost, after)} after`,
  }));
  return changedFlameGraph(boxes, total, `${service}: what changed in ${costWords[cost]}; the table above names it`);
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

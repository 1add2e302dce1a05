/** Recovery and convergence of variants: how long in which round, and what is shown. */
import type { Judgement } from '../../../model/comparison.ts';
import { meanCell, neverCell, shownCell, timesCell, type Wait, waitTitle } from '../../words/wait-words.ts';
import { html, type Markup } from '../markup.ts';

/** Nothing where the scenario has neither faults nor conditions. */
export function waitsPart({ waits = [] }: Judgement): Markup | undefined {
  if (waits.length === 0) return undefined;
  return html`<section id="waits"><h2>Recovery and convergence</h2>${waits.map(waitPart)}
<p class="hint">Over the judged rounds. A mean has Student's 95 % interval, and is not given where a round never came to an end: such a round counts as longer than any, and is no number. Rounds of which nobody can tell are left out.</p></section>`;
}

function waitPart(wait: Wait): Markup {
  const [first] = wait.variants;
  return html`<h3>${waitTitle(wait)}</h3><div class="scroll" tabindex="0"><table class="wide"><thead><tr><th scope="col">variant</th><th scope="col">mean</th><th scope="col" class="n">took</th><th scope="col" class="n">nothing to wait for</th><th scope="col" class="n">never</th><th scope="col" class="n">cannot tell</th><th scope="col">against ${first?.variant ?? ''}</th><th scope="col">in each round</th></tr></thead>
<tbody>${wait.variants.map(
    (each) =>
      html`<tr><th scope="row">${each.variant}</th><td>${meanCell(each)}</td><td class="n">${each.took}</td><td class="n">${each.none}</td><td class="n${each.never > 0 ? ' loss' : ''}">${neverCell(each)}</td><td class="n">${each.unknown}</td><td>${shownCell(each.variant, wait)}</td><td class="hint">${timesCell(each)}</td></tr>`,
  )}</tbody></table></div>`;
}

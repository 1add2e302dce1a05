/** The table of what an observation saw of each target. */
import type { RunResult } from '../../../model/run-result.ts';
import { observedNote, observedTable } from '../../words/observed-table.ts';
import { html, type Markup } from '../markup.ts';

/** One row for each target. */
export function observedTargetsPart(result: RunResult): Markup {
  const [heads, ...rows] = observedTable(result);
  if (!heads) return html`<section id="steps"><h2>Targets</h2><p class="hint">Nothing was looked at.</p></section>`;
  const [first = '', ...names] = heads;
  return html`<section id="steps"><h2>Targets</h2>
<div class="scroll" tabindex="0"><table class="slo"><thead><tr><th scope="col">${first}</th>${names.map(
    (name) => html`<th scope="col" class="n">${name}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([id, ...cells]) =>
      html`<tr><th scope="row">${id}</th>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>
<p class="hint">${observedNote.slice(0, 1).toUpperCase()}${observedNote.slice(1)}.</p>
</section>`;
}

/** One profile, stored or put together, as a table of functions and a flame graph. */
import { shortFunction } from '../../../model/function-name.ts';
import { formatCount } from '../../../model/units.ts';
import { valueText } from '../../words/inspect-text.ts';
import { counted, partText } from '../../words/number-format.ts';
import { flameGraph } from '../flame-graph.ts';
import { exactValue, html, type Markup } from '../markup.ts';
import { comparePart, type FilterTexts } from './filter.ts';
import { type Elsewhere, elsewherePart, type Fact, factsPart, type ProfilePageTexts, profilePage } from './frame.ts';

/** A function and its values. */
interface FunctionRow {
  readonly name: string;
  readonly flat: number;
  readonly cum: number;
}

/** A column that can be shown. */
export interface ColumnChoice {
  readonly name: string;
  readonly href: string;
  readonly isShown: boolean;
}

/** What the page shows; all texts may be anybody's. */
export interface FlameView {
  readonly tool: string;
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly columns: readonly ColumnChoice[];
  readonly unit: string;
  readonly total: number;
  /** The largest first; `functions` is how many there are. */
  readonly rows: readonly FunctionRow[];
  readonly functions: number;
  /** Depth, name and value, callers before those they called. */
  readonly flame: readonly (readonly [depth: number, name: string, value: number])[];
  readonly elsewhere: Elsewhere;
  /** What it can be held against; absent for a profile by its id. */
  readonly asked?: FilterTexts | undefined;
}

/** The page. */
export function flamePage(view: FlameView, texts: ProfilePageTexts): string {
  const { tool, title, facts, columns, unit, total, rows, functions, flame, elsewhere, asked } = view;
  const value = (amount: number) => `${valueText(amount, unit)}, ${partText(amount, total)}`;
  const picture = flameGraph(flame, total, value);
  const left = functions - rows.length;
  const body =
    rows.length === 0 || !picture
      ? html`<p class="hint">Every value of this column is 0.</p>`
      : html`<div class="hot"><div><div class="scroll" tabindex="0" role="region" aria-label="Functions"><table><thead><tr><th scope="col" class="n">flat</th><th scope="col" class="n">cum</th><th scope="col">function</th></tr></thead><tbody>${rows.map(
          (row) =>
            html`<tr><td class="n">${partText(row.flat, total)}</td><td class="n">${partText(row.cum, total)}</td><td><code title="${row.name}: ${value(row.flat)} flat, ${value(row.cum)} cum">${shortFunction(row.name)}</code></td></tr>`,
        )}</tbody></table></div>${left > 0 ? html`<p class="hint">and ${counted(left, 'function')} more in the file</p>` : undefined}</div>${picture}</div>`;
  const main = html`${factsPart([...facts, ['total', valueText(total, unit)], ['functions', formatCount(functions)]])}
${columnsPart(columns)}
<section>${body}</section>
${elsewherePart(elsewhere, '')}
${asked && comparePart(asked)}`;
  return profilePage(title, tool, main, texts);
}

/** Links to the columns of a profile. */
export function columnsPart(columns: readonly ColumnChoice[]): Markup {
  return html`<ul class="choices" aria-label="Values">${columns.map(
    ({ name, href, isShown }) =>
      html`<li><a href="${exactValue(href)}"${isShown ? html` aria-current="page"` : undefined}>${name}</a></li>`,
  )}</ul>`;
}

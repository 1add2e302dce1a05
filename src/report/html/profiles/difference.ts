/** Two selections of profiles, held against each other. */
import { shortFunction } from '../../../model/function-name.ts';
import { valueText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { type ChangedFlame, changedFlameGraph, type FlameChange } from '../flame-graph.ts';
import { html, type Markup } from '../markup.ts';
import { type ColumnChoice, columnsPart } from './flame.ts';
import { type Elsewhere, elsewherePart, type Fact, factsPart, type ProfilePageTexts, profilePage } from './frame.ts';

/** A value now, and in the base once that is scaled. */
export interface ChangedValue {
  readonly value: number;
  readonly base: number;
  readonly change: FlameChange;
}

/** A function and what became of it. */
interface ChangedFunction {
  readonly name: string;
  readonly flat: ChangedValue;
  readonly cum: ChangedValue;
}

/** What the page shows; all texts may be anybody's. */
export interface DifferenceView {
  readonly tool: string;
  readonly facts: readonly Fact[];
  readonly columns: readonly ColumnChoice[];
  readonly unit: string;
  readonly total: ChangedValue;
  /** The largest changes first; `functions` is how many there are. */
  readonly rows: readonly ChangedFunction[];
  readonly functions: number;
  readonly flame: readonly (Omit<ChangedFlame, 'words'> & { readonly base: number })[];
  /** Why nothing is held against chance; absent where it is. */
  readonly unknown?: string | undefined;
  readonly elsewhere: Elsewhere;
}

/** The page. */
export function differencePage(view: DifferenceView, texts: ProfilePageTexts): string {
  const { tool, facts, columns, unit, total, functions, rows, elsewhere, unknown } = view;
  const flame = view.flame.map(({ base, ...node }) => ({ ...node, words: wordsOf({ ...node, base }, unit) }));
  const picture = changedFlameGraph(flame, total.value);
  const left = functions - rows.length;
  const noise =
    unknown === undefined
      ? 'Red with + is more and green with − is less than chance explains (at most 1 in 20 of the coloured ones is chance); grey is neither.'
      : `Nothing is held against chance: ${unknown}.`;
  const main = html`${factsPart([...facts, ['before', valueText(total.base, unit)], ['now', valueText(total.value, unit)]])}
${columnsPart(columns)}
<section><h2>Functions <span class="unit">the largest changes first</span></h2><p class="hint">${noise}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Functions"><table class="wide"><thead><tr><th scope="col">change</th><th scope="col" class="n">flat before</th><th scope="col" class="n">flat now</th><th scope="col" class="n">by</th><th scope="col" class="n">cum before</th><th scope="col" class="n">cum now</th><th scope="col">function</th></tr></thead><tbody>${rows.map((row) => rowOf(row, unit))}</tbody></table></div>
${left > 0 ? html`<p class="hint">and ${counted(left, 'function')} more in the file</p>` : undefined}</section>
<section><h2>Flame graph <span class="unit">as wide as it is now</span></h2>
${picture ?? html`<p class="hint">The new side has nothing in this column.</p>`}</section>
${elsewherePart(elsewhere, ', in which the base is marked')}`;
  return profilePage('Difference', tool, main, texts);
}

const tones: Readonly<Record<FlameChange, string>> = {
  grown: 'more',
  new: 'more',
  shrunk: 'less',
  gone: 'less',
  same: 'hint',
};

/** A function that has nothing of its own on either side is told by what it calls. */
function rowOf({ name, flat, cum }: ChangedFunction, unit: string): Markup {
  const isCaller = flat.value === 0 && flat.base === 0;
  const change = isCaller ? (cum.change === 'same' ? 'same' : `${cum.change} below`) : flat.change;
  const tone = tones[isCaller ? 'same' : flat.change];
  const by = flat.value - flat.base;
  return html`<tr><td class="${tone}">${change}</td><td class="n">${valueText(flat.base, unit)}</td><td class="n">${valueText(flat.value, unit)}</td><td class="n ${tone}">${by > 0 ? '+' : by < 0 ? '−' : ''}${valueText(Math.abs(by), unit)}</td><td class="n">${valueText(cum.base, unit)}</td><td class="n">${valueText(cum.value, unit)}</td><td><code title="${name}">${shortFunction(name)}</code></td></tr>`;
}

function wordsOf({ change, base, value }: ChangedValue, unit: string): string {
  return `${change}, ${valueText(base, unit)} before, ${valueText(value, unit)} now`;
}

/** Flame graphs in a file of their own: each with its table, as they are or held against what was before. */

import type { FlameFile, FlamePicture } from '../../../model/flame-file.ts';
import { shortFunction } from '../../../model/function-name.ts';
import { formatSignedPercent } from '../../../model/units.ts';
import { counted } from '../../words/number-format.ts';
import { amountText, shareText } from '../../words/profile-text.ts';
import { type DocumentParts, documentText } from '../document.ts';
import { changedFlameGraph, type FlameChange, flameGraph } from '../flame-graph.ts';
import { html, type Markup } from '../markup.ts';

/** The file; the first picture is open, the others are opened by their head. */
export function flameFilePage(
  { title, tool, facts, pictures, notes }: FlameFile,
  texts: Pick<DocumentParts, 'styles' | 'scripts'>,
): string {
  const main = html`<header>
<p class="brand"><span>${tool}</span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${title}</h1>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
${pictures.map(sectionOf)}
${notes.length > 0 ? html`<section><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>` : undefined}`;
  return documentText({ title, main, ...texts });
}

function sectionOf(picture: FlamePicture, index: number): Markup {
  const { heading, detail, hint } = picture;
  const head = html`<strong>${heading} <span class="unit">${detail}</span></strong>`;
  return html`<details class="profile"${index === 0 ? html` open` : undefined}><summary>${head}</summary>
${hint === undefined ? undefined : html`<p class="hint">${hint}</p>`}
${drawn(picture) ?? html`<p class="hint">Nothing of it.</p>`}</details>`;
}

/** The table below its picture, so that no number depends on a colour. */
function drawn(picture: FlamePicture): Markup | undefined {
  const graph = graphOf(picture);
  if (!graph) return undefined;
  const left = picture.functions - picture.rows.length;
  return html`${graph}<div class="hot" style="grid-template-columns:minmax(0,1fr);margin-top:14px"><div class="scroll" tabindex="0" role="region" aria-label="Functions of ${picture.heading}, ${picture.detail}">${tableOf(picture)}${left > 0 ? html`<p class="hint">and ${counted(left, 'function')} more</p>` : undefined}</div></div>`;
}

function graphOf({ flame, total, unit, per, isDifference }: FlamePicture): Markup | undefined {
  const amount = (value: number) => amountText(value / per, unit);
  if (!isDifference) {
    const list = flame.map(({ depth, name, width }) => [depth, name, width] as const);
    return flameGraph(list, total, (value) => `${amount(value)}, ${shareText(value, total)}`);
  }
  const nodes = flame.map(({ depth, name, width, value, base, state }) => ({
    depth,
    name,
    value: width,
    change: state,
    words: `${wordOf(state)}: ${amount(base)} before, ${amount(value)} now`,
  }));
  return changedFlameGraph(nodes, total);
}

function wordOf(state: FlameChange): string {
  return state === 'same' ? 'within noise' : state;
}

function tableOf(picture: FlamePicture): Markup {
  const { rows, isDifference } = picture;
  const heads = isDifference ? ['by', 'before', 'now', 'change', 'function'] : ['flat', 'flat %', 'cum %', 'function'];
  const cells = rows.map((row) => (isDifference ? changeCells(row, picture) : valueCells(row, picture)));
  return html`<table><thead><tr>${heads.map((head, at) => (at < heads.length - 1 ? html`<th scope="col" class="n">${head}</th>` : html`<th scope="col">${head}</th>`))}</tr></thead><tbody>${cells}</tbody></table>`;
}

type Row = FlamePicture['rows'][number];

function valueCells({ name, value, cum }: Row, { total, unit, per }: FlamePicture): Markup {
  return html`<tr><td class="n" data-value="${value}">${amountText(value / per, unit)}</td><td class="n">${shareText(value, total)}</td><td class="n">${shareText(cum, total)}</td><td><code title="${name}">${shortFunction(name)}</code></td></tr>`;
}

function changeCells({ name, value, base, state }: Row, { unit, per }: FlamePicture): Markup {
  const amount = (each: number) => amountText(each / per, unit);
  const change = value - base;
  const percent =
    state === 'new' || state === 'gone'
      ? state
      : base === 0
        ? ''
        : formatSignedPercent((100 * change) / Math.abs(base));
  const words = state === 'same' ? 'within noise' : percent;
  return html`<tr${state === 'same' ? html` class="hint"` : undefined}><td class="n" data-value="${change}">${change > 0 ? '+' : ''}${amount(change)}</td><td class="n" data-value="${base}">${amount(base)}</td><td class="n" data-value="${value}">${amount(value)}</td><td class="n"${base === 0 ? undefined : html` data-value="${change / Math.abs(base)}"`}>${words}</td><td><code title="${name}">${shortFunction(name)}</code></td></tr>`;
}

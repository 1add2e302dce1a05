/** Percentiles of response by step, on an axis of nines, as SVG without script; and the same numbers as a table. */
import type { StepResult } from '../../../model/run-result.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import { percentileName, percentileScale, ratioScale, round } from '../svg-scale.ts';

const width = 1000;
const height = 300;
const plot = { left: 64, right: width - 12, top: 12, bottom: height - 28 };
/** More curves cannot be told apart; the table has all of them. */
const mostCurves = 8;

interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [percentile: number, us: number])[];
}

/** The picture and the table; undefined where no step has a spectrum. */
export function spectrumPart(steps: readonly StepResult[]): Markup | undefined {
  const all = steps
    .map(({ name, spectrum }): Curve => ({ name, points: spectrum?.responseUs ?? [] }))
    .filter(({ points }) => points.length > 1);
  if (all.length === 0) return undefined;
  const curves = spread(all, mostCurves);
  const left = all.length - curves.length;
  return html`<div class="scroll" tabindex="0">${picture(curves)}</div>
<p class="curves">${curves.map(({ name }, index) => html`<span><i style="background:${shade(index, curves.length)}"></i>${name}</span>`)}</p>
${left > 0 ? html`<p class="hint">${curves.length} of ${all.length} steps are drawn; the table has all of them.</p>` : undefined}
<details><summary>The same as a table</summary>${table(all)}</details>`;
}

function picture(curves: readonly Curve[]): Markup {
  const x = percentileScale(
    curves.flatMap(({ points }) => points.map(([percentile]) => percentile)),
    plot.left,
    plot.right,
  );
  const y = ratioScale(
    curves.flatMap(({ points }) => points.map(([, us]) => Math.max(us, 1))),
    plot.bottom,
    plot.top,
  );
  return html`<svg class="shape" viewBox="0 0 ${width} ${height}" role="img" aria-label="Response time by percentile, one curve for each step; the table below has the same numbers">
${y.ticks.map((us) => html`<path class="grid" d="M${plot.left} ${round(y.at(us))}H${plot.right}"/><text x="${plot.left - 8}" y="${round(y.at(us) + 4)}" text-anchor="end">${formatLatencyUs(us)}</text>`)}
${x.ticks.map((each) => html`<path class="grid" d="M${round(x.at(each))} ${plot.top}V${plot.bottom}"/><text x="${round(x.at(each))}" y="${height - 8}" text-anchor="middle">${percentileName(each)}</text>`)}
<text x="${plot.right}" y="${height - 8}" text-anchor="end">max</text>
${curves.map(({ name, points }, index) => {
  const placed = points.map(([percentile, us]) => `${round(x.at(percentile))},${round(y.at(Math.max(us, 1)))}`);
  return html`<polyline points="${placed.join(' ')}" fill="none" style="stroke:${shade(index, curves.length)}" stroke-width="2"><title>${name}</title></polyline>`;
})}
</svg>`;
}

function table(curves: readonly Curve[]): Markup {
  const columns = [...new Set(curves.flatMap(({ points }) => points.map(([percentile]) => percentile)))].toSorted(
    (a, b) => a - b,
  );
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">step</th>${columns.map(
    (each) => html`<th scope="col" class="n">${percentileName(each)}</th>`,
  )}</tr></thead><tbody>${curves.map(
    ({ name, points }) =>
      html`<tr><th scope="row">${name}</th>${columns.map((each) => {
        const us = points.find(([percentile]) => percentile === each)?.[1];
        return html`<td class="n">${us === undefined ? '' : formatLatencyUs(us)}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

/** From the first step to the last, from cool to warm. */
function shade(index: number, count: number): string {
  const warm = count < 2 ? 0 : Math.round((100 * index) / (count - 1));
  return `color-mix(in oklab, var(--red) ${warm}%, var(--blue))`;
}

/** At most so many of a list, the first and the last among them. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))]).filter(
    (each) => each !== undefined,
  );
}

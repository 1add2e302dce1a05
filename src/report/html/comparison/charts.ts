/** The two pictures of a comparison, as SVG without script: p99 against rate for each variant, and what each p99 costs in CPU. */
import type { Judgement } from '../../../model/comparison.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { dashOf, hueOf, legendKey } from '../line-looks.ts';
import { html, type Markup } from '../markup.ts';
import { linearScale, ratioScale, round, type Scale } from '../svg-scale.ts';

const width = 720;
const height = 300;
const plot = { left: 66, right: width - 14, top: 12, bottom: height - 44 };

/** A longer name has no room beside its dot; the legend has it whole. */
const longestName = 18;

/** Which colour is which variant. */
export function variantLegend({ variants }: Judgement): Markup {
  return html`<p class="legend">${variants.map((name, index) => legendKey(index, name))}</p>`;
}

/** p99 by rate with the interval of each point; empty when there is nothing to draw. */
export function curvesChart({ curves }: Judgement): Markup | undefined {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return undefined;
  const x = linearScale(
    points.map(({ rps }) => rps),
    plot.left,
    plot.right,
  );
  const y = ratioScale(
    points.flatMap(({ lowUs, highUs }) => [lowUs, highUs]),
    plot.bottom,
    plot.top,
  );
  const lines = curves.map(({ variant, points: own }, index) => {
    // Side by side, so that intervals at the same rate do not hide each other.
    const aside = (index - (curves.length - 1) / 2) * 5;
    const placed = own.map((point) => ({ ...point, cx: x.at(point.rps) + aside, cy: y.at(point.p99Us) }));
    const path = placed.map(({ cx, cy }) => `${round(cx)},${round(cy)}`).join(' ');
    return html`<g style="color:${hueOf(index)}"><polyline points="${path}" fill="none" stroke="currentColor" stroke-width="1.5"${dashOf(index)}/>
${placed.map(
  ({ cx, cy, lowUs, highUs, p99Us, rps }) =>
    html`<path d="M${round(cx)} ${round(y.at(lowUs))}V${round(y.at(highUs))}" stroke="currentColor" stroke-width="5" opacity="0.3"/><circle cx="${round(cx)}" cy="${round(cy)}" r="3.5" fill="currentColor"><title>${variant} at ${formatNumber(rps)}/s: p99 ${formatLatencyUs(p99Us)} (${formatLatencyUs(lowUs)} to ${formatLatencyUs(highUs)})</title></circle>`,
)}</g>`;
  });
  return drawing(
    'Response p99 by rate',
    { x, y },
    { x: (value) => `${formatNumber(value)}/s`, y: formatLatencyUs },
    lines,
  );
}

/** Every variant by CPU per request and p99; those that nothing beats in every way are filled. Empty when CPU was not observed. */
export function frontChart({ summary }: Judgement): Markup | undefined {
  const placed = summary.flatMap(({ variant, values: { cpu, p99 }, isOnFront }, index) =>
    cpu === undefined || p99 === undefined ? [] : [{ variant, cpu, p99, isOnFront, index }],
  );
  if (placed.length < 2) return undefined;
  const x = linearScale(
    placed.map(({ cpu }) => cpu),
    plot.left,
    plot.right,
  );
  const y = ratioScale(
    placed.map(({ p99 }) => p99),
    plot.bottom,
    plot.top,
  );
  const dots = placed.map(
    ({ variant, cpu, p99, isOnFront, index }) =>
      html`<g style="color:${hueOf(index)}"><circle cx="${round(x.at(cpu))}" cy="${round(y.at(p99))}" r="7" fill="${isOnFront ? 'currentColor' : 'none'}" stroke="currentColor" stroke-width="2.5"><title>${variant}: p99 ${formatLatencyUs(p99)}, ${formatLatencyUs(cpu)} CPU per request</title></circle>${nameBeside(variant, x.at(cpu), y.at(p99))}</g>`,
  );
  return drawing('Response p99 by CPU per request', { x, y }, { x: formatLatencyUs, y: formatLatencyUs }, dots);
}

/** Which variant a dot is, for whom its colour does not say it. */
function nameBeside(name: string, x: number, y: number): Markup {
  const isRight = x > (plot.left + plot.right) / 2;
  const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
  return html`<text x="${round(x + (isRight ? -12 : 12))}" y="${round(y + 4)}" text-anchor="${isRight ? 'end' : 'start'}">${text}</text>`;
}

interface Texts {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
}

function drawing(
  title: string,
  { x, y }: { readonly x: Scale; readonly y: Scale },
  text: Texts,
  marks: readonly Markup[],
): Markup {
  return html`<svg class="drawing" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}; the tables have the same numbers">
${y.ticks.map((value) => html`<path class="grid" d="M${plot.left} ${round(y.at(value))}H${plot.right}"/><text x="${plot.left - 8}" y="${round(y.at(value) + 4)}" text-anchor="end">${text.y(value)}</text>`)}
${x.ticks.map((value) => html`<path class="grid" d="M${round(x.at(value))} ${plot.top}V${plot.bottom}"/><text x="${round(x.at(value))}" y="${plot.bottom + 20}" text-anchor="middle">${text.x(value)}</text>`)}
${marks}
</svg>`;
}

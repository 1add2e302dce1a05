/** One series of a trend as SVG without script: releases on the axis, each gate with its interval, levels, and where they change. */
import type { TrendPoint, TrendSeries } from '../../../model/trend.ts';
import { formatNumber, formatSignedPercent } from '../../../model/units.ts';
import { counted } from '../../words/number-format.ts';
import { seriesTitle } from '../../words/trend-words.ts';
import { html, type Markup } from '../markup.ts';
import { linearScale, round, type Scale } from '../svg-scale.ts';

const width = 620;
const height = 230;
const plot = { left: 62, right: width - 10, top: 18, bottom: height - 30 };

/** Room that a name on the axis needs, and the most of it that is shown. */
const nameWidth = 74;
const mostName = 11;

/** The picture; undefined where no point is a number. */
export function trendChart(series: TrendSeries): Markup | undefined {
  const { points, levels, changes, tolerance } = series;
  const known = points.flatMap(({ percent, lowPercent, highPercent }) =>
    percent === null ? [] : [percent, lowPercent ?? percent, highPercent ?? percent],
  );
  if (known.length === 0) return undefined;
  const y = linearScale([...known, -tolerance * 100, tolerance * 100], plot.bottom, plot.top);
  const x = (index: number) => plot.left + ((index + 0.5) / points.length) * (plot.right - plot.left);
  const label = `${seriesTitle(series)}, change against ${series.reference} in percent, ${points.length} gates; the tables below have the same numbers`;
  return html`<svg class="drawing trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<rect class="tolerance" x="${plot.left}" width="${plot.right - plot.left}" y="${round(y.at(tolerance * 100))}" height="${round(y.at(-tolerance * 100) - y.at(tolerance * 100))}"/>
${y.ticks.map((tick) => html`<path class="grid" d="M${plot.left} ${round(y.at(tick))}H${plot.right}"/><text x="${plot.left - 8}" y="${round(y.at(tick) + 4)}" text-anchor="end">${tick === 0 ? '0' : formatSignedPercent(Number(tick.toPrecision(6)))}</text>`)}
<path class="reference" d="M${plot.left} ${round(y.at(0))}H${plot.right}"/>
${axisNames(
  points,
  changes.map(({ index }) => index),
  x,
)}
${changes.map(({ index }) => html`<path class="change" d="M${round((x(index - 1) + x(index)) / 2)} ${plot.top}V${plot.bottom}"/>`)}
${levels.length > 1 ? levels.map(({ from, to, percent }) => html`<path class="level" d="M${round(x(from) - 6)} ${round(y.at(percent))}H${round(x(to) + 6)}"/>`) : undefined}
${points.map((point, index) => dot(point, x(index), y))}
${changes.map(({ index, shiftPercent }) => changeName(shiftPercent, (x(index - 1) + x(index)) / 2))}
</svg>`;
}

function changeName(shiftPercent: number, atX: number): Markup {
  const isRight = atX > (plot.left + plot.right) / 2;
  return html`<text class="shift ${shiftPercent > 0 ? 'bad' : 'good'}" x="${round(atX + (isRight ? -5 : 5))}" y="${plot.top - 5}" text-anchor="${isRight ? 'end' : 'start'}">${formatSignedPercent(shiftPercent)}</text>`;
}

/** What is unbounded goes to the edge of the picture. */
function dot(
  { name, at, percent, lowPercent, highPercent, outcome, verdict, rounds }: TrendPoint,
  x: number,
  y: Scale,
): Markup {
  if (percent === null) return html``;
  const within = (value: number | null, edge: number) =>
    round(value === null ? edge : Math.min(plot.bottom, Math.max(plot.top, y.at(value))));
  const told = `${name}, ${at.slice(0, 10)}: ${formatSignedPercent(percent)} (${lowPercent === null ? 'unbounded' : formatNumber(lowPercent)} to ${highPercent === null ? 'unbounded' : formatNumber(highPercent)}), ${outcome.replace('-', ' ')}, gate ${verdict.replace('-', ' ')}, ${counted(rounds, 'round')}`;
  return html`<g class="point ${outcome}"><path d="M${round(x)} ${within(lowPercent, plot.bottom)}V${within(highPercent, plot.top)}"/>${markOf(outcome, round(x), round(y.at(percent)), told)}</g>`;
}

/** What is shown to be worse has another shape than the rest, not only another colour. */
function markOf(outcome: TrendPoint['outcome'], x: number, y: number, told: string): Markup {
  const title = html`<title>${told}</title>`;
  if (outcome !== 'worse' && outcome !== 'waived') return html`<circle cx="${x}" cy="${y}" r="4">${title}</circle>`;
  return html`<polygon points="${x},${y - 6} ${x + 6},${y} ${x},${y + 6} ${x - 6},${y}">${title}</polygon>`;
}

/** As many names as there is room for: the first and the last, those where a level begins, and evenly spread others. */
function axisNames(points: readonly TrendPoint[], marked: readonly number[], x: (index: number) => number): Markup[] {
  const wanted = [...marked, 0, points.length - 1, ...spread(points.length)];
  const shown: number[] = [];
  for (const index of wanted) if (shown.every((other) => Math.abs(x(other) - x(index)) >= nameWidth)) shown.push(index);
  return shown.map((index) => {
    const name = points[index]?.name ?? '';
    const text = name.length > mostName ? `${name.slice(0, mostName - 1)}…` : name;
    const [anchor, at] = edgeOf(x(index));
    return html`<text x="${round(at)}" y="${height - 10}" text-anchor="${anchor}">${text}</text>`;
  });
}

/** A name near an edge ends there. */
function edgeOf(x: number): readonly [anchor: string, x: number] {
  if (x - nameWidth / 2 < plot.left - 30) return ['start', plot.left - 20];
  return x + nameWidth / 2 > plot.right ? ['end', plot.right] : ['middle', x];
}

function spread(count: number): number[] {
  const most = Math.floor((plot.right - plot.left) / nameWidth);
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

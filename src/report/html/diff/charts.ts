/** Several runs in one picture, as SVG without script: percentiles of a step, and series on the clock of the steps that meet. */
import type { DiffChart, MetStep, RunDiff } from '../../../model/run-diff.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { letterOf, meetingTitle } from '../../words/diff-words.ts';
import { dashOf, hueOf } from '../line-looks.ts';
import { html, type Markup } from '../markup.ts';
import { linearScale, percentileName, percentileScale, ratioScale, round, type Scale } from '../svg-scale.ts';

const width = 620;
const plot = { left: 66, right: width - 10, top: 8 };

/** Percentiles of response of each run in one step, on an axis of nines; undefined where fewer than two runs have a curve. */
export function curveChart(step: MetStep): Markup | undefined {
  const curves = step.runs.map((run) => run?.curve ?? []);
  if (curves.filter((curve) => curve.length > 1).length < 2) return undefined;
  const height = 230;
  const bottom = height - 26;
  const x = percentileScale(
    curves.flatMap((curve) => curve.map(([percentile]) => percentile)),
    plot.left,
    plot.right,
  );
  const y = ratioScale(
    curves.flatMap((curve) => curve.map(([, us]) => Math.max(us, 1))),
    bottom,
    plot.top,
  );
  return html`<svg class="drawing" viewBox="0 0 ${width} ${height}" role="img" aria-label="Response time by percentile at ${meetingTitle(step)}, a curve for each run; the table has the same numbers">
${gridOf(y, formatLatencyUs)}
${x.ticks.map((each) => html`<path class="grid" d="M${round(x.at(each))} ${plot.top}V${bottom}"/><text x="${round(x.at(each))}" y="${height - 8}" text-anchor="middle">${percentileName(each)}</text>`)}
<text x="${plot.right}" y="${height - 8}" text-anchor="end">max</text>
${curves.map((curve, index) => {
  const placed = curve.map(([percentile, us]) => `${round(x.at(percentile))},${round(y.at(Math.max(us, 1)))}`);
  return html`<polyline points="${placed.join(' ')}" fill="none" style="stroke:${hueOf(index)}" stroke-width="2"${dashOf(index)}><title>${letterOf(index)}</title></polyline>`;
})}
</svg>`;
}

/** A series of all runs over the steps that meet; undefined where there is nothing to draw. */
export function seriesChart(chart: DiffChart, clock: RunDiff['clock']): Markup | undefined {
  const values = chart.lines.flatMap((line) => line.map(([, value]) => value));
  const endS = clock.at(-1)?.toS ?? 0;
  if (values.length === 0 || endS <= 0) return undefined;
  const height = 170;
  const bottom = height - 24;
  const isRatio = chart.unit === 'us' && Math.min(...values) > 0;
  const y = isRatio ? ratioScale(values, bottom, plot.top) : linearScale([0, ...values], bottom, plot.top);
  const x = (atS: number) => plot.left + (atS / endS) * (plot.right - plot.left);
  const text = chart.unit === 'us' ? formatLatencyUs : shortNumber;
  return html`<svg class="drawing" viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.service}: ${chart.title}, a line for each run over the steps that meet">
${clock.map(({ fromS, toS }, index) => (index % 2 === 0 ? undefined : html`<rect class="band" x="${round(x(fromS))}" width="${round(x(toS) - x(fromS))}" y="${plot.top}" height="${bottom - plot.top}"/>`))}
${gridOf(y, text)}
${stepNames(clock, x, height - 7)}
${chart.lines.map((line, index) => html`<path d="${pathOf(line, clock, x, y)}" fill="none" style="stroke:${hueOf(index)}" stroke-width="1.75"${dashOf(index)}><title>${letterOf(index)}</title></path>`)}
</svg>`;
}

/** A number that fits beside an axis. */
function shortNumber(value: number): string {
  if (Math.abs(value) < 1e5) return formatNumber(value);
  return Math.abs(value) < 1e8 ? `${formatNumber(value / 1000)}k` : `${formatNumber(value / 1e6)}M`;
}

function gridOf(y: Scale, text: (value: number) => string): Markup[] {
  return y.ticks.map(
    (tick) =>
      html`<path class="grid" d="M${plot.left} ${round(y.at(tick))}H${plot.right}"/><text x="${plot.left - 8}" y="${round(y.at(tick) + 4)}" text-anchor="end">${text(Number(tick.toPrecision(6)))}</text>`,
  );
}

/** As many names of steps as there is room for. */
function stepNames(clock: RunDiff['clock'], x: (atS: number) => number, atY: number): Markup[] {
  let free = 0;
  return clock.flatMap(({ shape, fromS, toS }) => {
    const middle = (x(fromS) + x(toS)) / 2;
    const needed = shape.length * 6.6;
    if (middle - needed / 2 < free || middle + needed / 2 > width) return [];
    free = middle + needed / 2 + 8;
    return [html`<text x="${round(middle)}" y="${atY}" text-anchor="middle">${shape}</text>`];
  });
}

/** A line that ends with each step: what lies between two of them in a run is not on this clock. A lone point in a step is a short one. */
function pathOf(
  points: readonly (readonly [number, number])[],
  clock: RunDiff['clock'],
  x: (atS: number) => number,
  y: Scale,
): string {
  return clock
    .map(({ fromS, toS }) =>
      points
        .filter(([atS]) => atS >= fromS && atS < toS)
        .map(([atS, value], index, own) => {
          const place = `${round(x(atS))} ${round(y.at(value))}`;
          return `${index === 0 ? 'M' : 'L'}${place}${own.length === 1 ? 'm-2 0h4' : ''}`;
        })
        .join(''),
    )
    .join('');
}

/** The one picture of the first screen: what was planned and answered, p99, and the series that moved first, on one time axis. */
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { seriesInfo } from '../../../model/series.ts';
import { rangeOf } from '../../../model/series-columns.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { measuredSteps } from '../../words/answer.ts';
import { type FaultBand, faultBands } from '../charts/chart-data.ts';
import { withHoles } from '../charts/downsample.ts';
import { hatching, leanOf } from '../hatch.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import { faultRows } from './fault-rows.ts';
import { axisLane, type Time } from './time-axis.ts';
import { traceRow } from './trace-row.ts';

const width = 1000;
const height = 100;
const mostMoved = 2;

/** A null value is a hole, over which no line goes. */
type Point = readonly [atUs: number, value: number | null];

interface Lane {
  readonly title: string;
  readonly note: Markup | undefined;
  readonly lines: readonly { readonly look: string; readonly points: readonly Point[] }[];
  readonly isRatio: boolean;
  readonly words: (value: number) => string;
  /** When its level changed, and by how much that may be wrong. */
  readonly moved?: { readonly atUs: number; readonly uncertaintyUs: number } | undefined;
}

/** Nothing where there was no diagnosis, or where no second of load is known. */
export function mainChart(result: RunResult): Markup | undefined {
  const steps = measuredSteps(result);
  const [first, last] = [steps[0], steps.at(-1)];
  if (!result.diagnosis || !first || !last) return undefined;
  const time = { fromUs: first.startUs, untilUs: last.startUs + last.durationUs };
  const lanes = [rateLane(result), p99Lane(result), ...movedLanes(result)].filter((lane) =>
    lane.lines.some(({ points }) => valuesOf(within(points, time)).length > 1),
  );
  if (lanes.length === 0) return undefined;
  const broken = result.diagnosis.capacity.breaksStep;
  const under = { time, steps, broken, faults: faultBands(result) };
  return html`<section class="main-chart" aria-label="The run in one picture">
${faultRows(result, time)}
${lanes.map((lane, index) => laneFigure(lane, under, index === 0))}
${traceRow(result, time)}
${axisLane(time)}
</section>`;
}

function rateLane(result: RunResult): Lane {
  return {
    title: 'Requests per second',
    note: html`<span class="key-line planned">planned</span> <span class="key-line">answered</span>`,
    lines: [
      { look: 'planned', points: pointsOf(result, 'generator', 'load.planned_rps') },
      { look: 'answered', points: pointsOf(result, 'generator', 'load.completed_rps') },
    ],
    isRatio: false,
    words: (value) => `${formatNumber(value)}/s`,
  };
}

function p99Lane(result: RunResult): Lane {
  return {
    title: 'Response p99',
    note: html`log scale`,
    lines: [{ look: 'p99', points: pointsOf(result, 'generator', 'load.response_p99_us') }],
    isRatio: true,
    words: formatLatencyUs,
  };
}

/** Series of the cause, those that are known to have moved before the others; without a cause those that moved first. */
function movedLanes(result: RunResult): Lane[] {
  const { diagnosis, findings } = result;
  const movers = diagnosis?.movers ?? [];
  const cause = findings.find(({ id }) => id === diagnosis?.cause);
  const moverOf = (at: { readonly target: string; readonly series: string }) =>
    movers.find((mover) => mover.target === at.target && mover.series === at.series);
  const charts = (cause?.charts ?? movers)
    .filter(({ target }) => target !== 'generator')
    .toSorted((a, b) => Number(moverOf(a) === undefined) - Number(moverOf(b) === undefined));
  return charts.slice(0, mostMoved).map((chart) => {
    const { title, unit } = seriesInfo(chart.series);
    return {
      title: `${chart.target}: ${title}`,
      note: unit === '' || unit === title ? undefined : html`${unit}`,
      lines: [{ look: 'moved', points: pointsOf(result, chart.target, chart.series) }],
      isRatio: false,
      words: formatNumber,
      moved: moverOf(chart),
    };
  });
}

/** Of points that stand for a while of a long run the greatest: a spike is not to be lost. */
function pointsOf({ series, gaps }: RunResult, target: string, name: string): readonly Point[] {
  const found = series.find((each) => each.target === target && each.name === name);
  if (!found) return [];
  const points = found.points.map(([atUs, value, , most]): [number, number] => [atUs, most ?? value]);
  return withHoles({ ...found, points }, gaps).map(([atS, value]): Point => [atS * 1e6, value]);
}

function within(points: readonly Point[], { fromUs, untilUs }: Time): readonly Point[] {
  return points.filter(([atUs]) => atUs >= fromUs && atUs <= untilUs);
}

function valuesOf(points: readonly Point[]): number[] {
  return points.flatMap(([, value]) => value ?? []);
}

/** What all lanes stand on. */
interface Ground {
  readonly time: Time;
  readonly steps: readonly StepResult[];
  readonly broken: string | undefined;
  readonly faults: readonly FaultBand[];
}

function laneFigure(
  { title, note, lines, isRatio, words, moved }: Lane,
  { time, steps, broken, faults }: Ground,
  isFirst: boolean,
): Markup {
  const own = lines.map(({ look, points }) => ({ look, points: within(points, time) }));
  const values = own.flatMap(({ points }) => valuesOf(points));
  const { min: least, max: most } = rangeOf(values, 0, values.length);
  const y = yScale(isRatio ? least : Math.min(0, least), most, isRatio);
  const [summary, label] = [`${words(least)} to ${words(most)}`, `${title}, from ${words(least)} to ${words(most)}`];
  return html`<figure class="lane${isFirst ? ' named' : ''}"><figcaption><b>${title}</b>${note} <span class="range">${summary}</span></figcaption>
<div class="strip">${isFirst ? stepNames(steps, time) : undefined}<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">
${steps.map((step, index) => bandOf(step, index, time, step.name === broken))}
${faults.map((fault, index) => faultGround(fault, index, time))}
${moved ? html`<line class="mark" x1="${xOf(moved.atUs, time)}" x2="${xOf(moved.atUs, time)}" y1="0" y2="${height}"/>` : undefined}
${own.map(({ look, points }) => html`<path class="line ${look}" d="${pathOf(points, time, y)}"/>`)}
</svg>${moved ? movedWords(moved, time) : undefined}</div></figure>`;
}

function movedWords({ atUs, uncertaintyUs }: NonNullable<Lane['moved']>, time: Time): Markup {
  const share = (100 * (atUs - time.fromUs)) / (time.untilUs - time.fromUs);
  const side = share > 60 ? `right:${round(100 - share)}%` : `left:${round(share)}%`;
  return html`<span class="when" style="${side}">moved at ${(atUs / 1e6).toFixed(1)} s ± ${(uncertaintyUs / 1e6).toFixed(1)}</span>`;
}

function stepNames(steps: readonly StepResult[], time: Time): Markup[] {
  const share = (us: number) => round((100 * us) / (time.untilUs - time.fromUs));
  return steps.map(
    ({ name, startUs, durationUs }) =>
      html`<span class="names" style="left:${share(startUs - time.fromUs)}%;max-width:${share(durationUs)}%">${name}</span>`,
  );
}

function bandOf({ startUs, durationUs }: StepResult, index: number, time: Time, isBroken: boolean): Markup | undefined {
  if (!isBroken && index % 2 === 0) return undefined;
  const [from, until] = [xOf(startUs, time), xOf(startUs + durationUs, time)];
  return html`<path class="${isBroken ? 'broke' : 'b'}" d="M${from} 0H${until}V${height}H${from}Z"/>`;
}

/** The hatched ground of a fault, with its edges. */
function faultGround({ fromS, toS }: FaultBand, index: number, time: Time): Markup {
  const within = (us: number) => Math.min(width, Math.max(0, xOf(us, time)));
  const [from, until] = [within(fromS * 1e6), within(toS * 1e6)];
  return html`<g class="fault f${index % 3}"><path class="hatch" d="${hatching(from, until, 0, height, leanOf(index))}"/><path class="edge" d="M${from} 0V${height}M${until} 0V${height}"/></g>`;
}

function xOf(atUs: number, { fromUs, untilUs }: Time): number {
  return round((width * (atUs - fromUs)) / Math.max(1, untilUs - fromUs));
}

function yScale(least: number, most: number, isRatio: boolean): (value: number) => number {
  const [top, bottom] = [6, height - 4];
  if (most <= least) return () => (isRatio ? (top + bottom) / 2 : bottom);
  if (!isRatio || least <= 0) return (value) => round(bottom - ((value - least) / (most - least)) * (bottom - top));
  const decades = Math.log(most / least);
  return (value) => round(bottom - (Math.log(Math.max(value, least) / least) / decades) * (bottom - top));
}

function pathOf(points: readonly Point[], time: Time, y: (value: number) => number): string {
  const isSeen = (at: number) => typeof points[at]?.[1] === 'number';
  return points
    .map(([atUs, value], at) => {
      if (value === null) return '';
      const place = `${xOf(atUs, time)} ${y(value)}`;
      if (isSeen(at - 1)) return `L${place}`;
      // A point between two holes would be no line at all.
      return isSeen(at + 1) ? `M${place}` : `M${place}h2`;
    })
    .join('');
}

/** The one picture of the first screen: what was planned and answered, p99, and the series that moved first, on one time axis. */
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { rangeOf } from '../../../model/series-columns.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { measuredSteps } from '../../words/answer.ts';
import { type Broken, brokenKeys, brokenLook, brokenOf } from '../broken-steps.ts';
import { type FaultBand, faultBands } from '../charts/chart-data.ts';
import { hatching, leanOf } from '../hatch.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import { faultRows } from './fault-rows.ts';
import { type Lane, type Point, pointsOf } from './lane.ts';
import { movedLanes } from './moved-lanes.ts';
import { axisLane, type Time } from './time-axis.ts';
import { traceRow } from './trace-row.ts';

const width = 1000;
const height = 100;
/** A level that hardly changes is to look level: on a scale of ratios the lane stands for such a factor at least. */
const leastFactor = 4;

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
  const broken = brokenOf(result);
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
    note: html`<span class="key-line planned">planned</span> <span class="key-line">answered</span>${brokenKeys(result)}`,
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
  readonly broken: Broken;
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
  const summary = rangeText(words(least), words(most));
  const label = `${title}, from ${summary}`;
  return html`<figure class="lane${isFirst ? ' named' : ''}"><figcaption><b>${title}</b>${note} <span class="range">${summary}</span></figcaption>
<div class="strip">${isFirst ? stepNames(steps, time) : undefined}<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">
${steps.map((step, index) => bandOf(step, index, time, broken))}
${faults.map((fault, index) => faultGround(fault, index, time))}
${moved ? html`<line class="mark" x1="${xOf(moved.atUs, time)}" x2="${xOf(moved.atUs, time)}" y1="0" y2="${height}"/>` : undefined}
${own.map(({ look, points }) => html`<path class="line ${look}" d="${pathOf(points, time, y)}"/>`)}
</svg>${moved ? movedWords(moved, time) : undefined}</div></figure>`;
}

/** Both ends of a range, the unit once where they have the same. */
function rangeText(least: string, most: string): string {
  const unit = / .*$/.exec(most)?.[0] ?? '';
  return `${unit !== '' && least.endsWith(unit) ? least.slice(0, -unit.length) : least} to ${most}`;
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

function bandOf(step: StepResult, index: number, time: Time, broken: Broken): Markup | undefined {
  const look = brokenLook(step, broken);
  if (!look && index % 2 === 0) return undefined;
  const [from, until] = [xOf(step.startUs, time), xOf(step.startUs + step.durationUs, time)];
  return html`<path class="${look ?? 'b'}" d="M${from} 0H${until}V${height}H${from}Z"/>`;
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
  const wider = Math.sqrt(Math.max(1, leastFactor / (most / least)));
  const [low, decades] = [least / wider, Math.log((most / least) * wider ** 2)];
  return (value) => round(bottom - (Math.log(Math.max(value, low) / low) / decades) * (bottom - top));
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

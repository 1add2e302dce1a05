/** The one picture of the first screen: what was planned and answered, p99, and the series that moved first, on one time axis. */
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { seriesInfo } from '../../../model/series.ts';
import { formatLatencyUs, formatNumber } from '../../../model/units.ts';
import { measuredSteps } from '../../words/answer.ts';
import { html, type Markup } from '../markup.ts';

const width = 1000;
const height = 100;
const mostMoved = 2;
const axisMarks = 6;
/** A mark further right would hang out of the page. */
const mostShare = 98;

type Point = readonly [atUs: number, value: number];

interface Lane {
  readonly title: string;
  readonly note: Markup | undefined;
  readonly lines: readonly { readonly look: string; readonly points: readonly Point[] }[];
  readonly isRatio: boolean;
  readonly words: (value: number) => string;
  /** When its level changed, and by how much that may be wrong. */
  readonly moved?: { readonly atUs: number; readonly uncertaintyUs: number } | undefined;
}

interface Time {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Nothing where there was no diagnosis, or where no second of load is known. */
export function mainChart(result: RunResult): Markup | undefined {
  const steps = measuredSteps(result);
  const [first, last] = [steps[0], steps.at(-1)];
  if (!result.diagnosis || !first || !last) return undefined;
  const time = { fromUs: first.startUs, untilUs: last.startUs + last.durationUs };
  const lanes = [rateLane(result), p99Lane(result), ...movedLanes(result)].filter((lane) =>
    lane.lines.some(({ points }) => within(points, time).length > 1),
  );
  if (lanes.length === 0) return undefined;
  const broken = result.diagnosis.capacity.breaksStep;
  return html`<section class="main-chart" aria-label="The run in one picture">
${lanes.map((lane, index) => laneFigure(lane, time, steps, broken, index === 0))}
<div class="lane"><span></span><div class="axis" aria-hidden="true">${marksOf(time).map(([share, text]) => html`<span style="left:${share}%">${text}</span>`)}</div></div>
</section>`;
}

function rateLane({ series }: RunResult): Lane {
  return {
    title: 'Requests per second',
    note: html`<span class="key-line planned"></span>planned <span class="key-line"></span>answered`,
    lines: [
      { look: 'planned', points: pointsOf(series, 'generator', 'load.planned_rps') },
      { look: 'answered', points: pointsOf(series, 'generator', 'load.completed_rps') },
    ],
    isRatio: false,
    words: (value) => `${formatNumber(value)}/s`,
  };
}

function p99Lane({ series }: RunResult): Lane {
  return {
    title: 'Response p99',
    note: html`ratio scale`,
    lines: [{ look: 'p99', points: pointsOf(series, 'generator', 'load.response_p99_us') }],
    isRatio: true,
    words: formatLatencyUs,
  };
}

/** Series of the cause, those that are known to have moved before the others; without a cause those that moved first. */
function movedLanes({ diagnosis, findings, series }: RunResult): Lane[] {
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
      lines: [{ look: 'moved', points: pointsOf(series, chart.target, chart.series) }],
      isRatio: false,
      words: formatNumber,
      moved: moverOf(chart),
    };
  });
}

/** Of points that stand for a while of a long run the greatest: a spike is not to be lost. */
function pointsOf(series: RunResult['series'], target: string, name: string): readonly Point[] {
  const points = series.find((each) => each.target === target && each.name === name)?.points ?? [];
  return points.map(([atUs, value, , most]): Point => [atUs, most ?? value]);
}

function within(points: readonly Point[], { fromUs, untilUs }: Time): readonly Point[] {
  return points.filter(([atUs]) => atUs >= fromUs && atUs <= untilUs);
}

function laneFigure(
  { title, note, lines, isRatio, words, moved }: Lane,
  time: Time,
  steps: readonly StepResult[],
  broken: string | undefined,
  isFirst: boolean,
): Markup {
  const own = lines.map(({ look, points }) => ({ look, points: within(points, time) }));
  const values = own.flatMap(({ points }) => points.map(([, value]) => value));
  const [least, most] = [isRatio ? Math.min(...values) : 0, Math.max(...values)];
  const y = yScale(least, most, isRatio);
  const [summary, label] = [
    `${words(Math.min(...values))} to ${words(most)}`,
    `${title}, from ${words(Math.min(...values))} to ${words(most)}`,
  ];
  return html`<figure class="lane"><figcaption><b>${title}</b>${note} <span class="range">${summary}</span></figcaption>
<div class="strip">${isFirst ? stepNames(steps, time) : undefined}<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">
${steps.map((step, index) => bandOf(step, index, time, step.name === broken))}
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

function xOf(atUs: number, { fromUs, untilUs }: Time): number {
  return round((width * (atUs - fromUs)) / Math.max(1, untilUs - fromUs));
}

function yScale(least: number, most: number, isRatio: boolean): (value: number) => number {
  const [top, bottom] = [6, height - 4];
  if (most <= least) return () => (top + bottom) / 2;
  if (!isRatio || least <= 0) return (value) => round(bottom - ((value - least) / (most - least)) * (bottom - top));
  const decades = Math.log(most / least);
  return (value) => round(bottom - (Math.log(Math.max(value, least) / least) / decades) * (bottom - top));
}

function pathOf(points: readonly Point[], time: Time, y: (value: number) => number): string {
  return points.map(([atUs, value], index) => `${index === 0 ? 'M' : 'L'}${xOf(atUs, time)} ${y(value)}`).join('');
}

/** Round seconds of the run, with their place in percent. */
function marksOf({ fromUs, untilUs }: Time): [share: number, text: string][] {
  const seconds = (untilUs - fromUs) / 1e6;
  const power = 10 ** Math.floor(Math.log10(Math.max(seconds / axisMarks, 1e-3)));
  const step = ([1, 2, 5, 10].find((each) => each * power >= seconds / axisMarks) ?? 10) * power;
  const first = Math.ceil(fromUs / 1e6 / step) * step;
  const marks: [number, string][] = [];
  for (let at = first; at <= untilUs / 1e6; at += step)
    marks.push([round((100 * (at * 1e6 - fromUs)) / (untilUs - fromUs)), `${Number(at.toPrecision(6))} s`]);
  return marks.filter(([share]) => share < mostShare);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

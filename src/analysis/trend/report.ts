/** The lines of a trend file to series with their levels and changes. */
import type { TrendLine, TrendPoint, TrendReport, TrendSeries } from '../../model/trend.ts';
import { trendSchemaVersion } from '../../model/trend.ts';
import { divisiveCuts } from '../statistics/e-divisive.ts';
import { percentOfLog } from '../statistics/effect.ts';
import { levelsOf, type Value } from './levels.ts';
import {
  chainedSeries,
  type Measured,
  type MeasuredSeries,
  machineText,
  pinnedSeries,
  stateName,
  uniqueLines,
} from './measured.ts';

/** Points on either side of a change, at least; in all twice as many are needed before anything can be told. */
const leastSide = 3;

/** The chance that a change is told in any series of a file where none of them has one. */
const alpha = 0.05;

/** Any fixed one: the same file says the same thing. */
const seed = 1;

/** What was read. */
export interface TrendInput {
  /** As the user named it. */
  readonly file: string;
  readonly lines: readonly TrendLine[];
  readonly problems: readonly string[];
  /** Whether gates of unlike machines stand in one series. */
  readonly isJoined: boolean;
}

/** The report; pure, and the same for the same lines in any order. */
export function trendReport({ file, lines, problems, isJoined }: TrendInput): TrendReport {
  const unique = uniqueLines(lines);
  const pinned = pinnedSeries(unique, isJoined);
  const chained = chainedSeries(unique, isJoined);
  const inChains = new Set(chained.flatMap(({ points }) => points.map(measuredKey)));
  // One gate alone says nothing over time that its chain does not.
  const shown = pinned.filter(
    ({ points }) => points.length > 1 || !points.every((point) => inChains.has(measuredKey(point))),
  );
  const tested = shown.filter(({ points }) => finite(points).length >= 2 * leastSide).length;
  return {
    schemaVersion: trendSchemaVersion,
    kind: 'trend-report',
    file,
    gates: unique.length,
    alpha,
    series: [
      ...shown.map((series) => pinnedReport(series, alpha / Math.max(1, tested))),
      ...chained.map(composedReport),
    ],
    splits: splitsOf(unique, isJoined),
    problems: [...problems],
  };
}

function measuredKey({ line, change }: Measured): string {
  return JSON.stringify([line.id, change.metric, change.step, change.of]);
}

function finite(points: readonly Measured[]): readonly Measured[] {
  return points.filter(({ change }) => change.log !== null);
}

function pinnedReport(series: MeasuredSeries, ownAlpha: number): TrendSeries {
  const points = finite(series.points);
  const values = points.map(({ change: { log, low, high } }): Value => ({ log: log ?? 0, halfLog: halfOf(low, high) }));
  const tolerance = series.points.at(-1)?.line.tolerance ?? 0;
  const isEnough = points.length >= 2 * leastSide;
  const found = isEnough
    ? divisiveCuts(
        values.map(({ log }) => log),
        { alpha: ownAlpha, leastSide, seed },
      )
    : [];
  const { levels, cuts } = levelsOf(values, found, Math.log1p(tolerance));
  return {
    ...headOf(series),
    isComposed: false,
    points: points.map((point) => pointOf(point, point.change)),
    levels: levels.map(({ from, to, log }) => ({ from, to, percent: percentOfLog(log) })),
    changes: cuts.map(({ index, p }, place) => ({
      index,
      ...betweenOf(points[index - 1], points[index]),
      shiftPercent: percentOfLog((levels[place + 1]?.log ?? 0) - (levels[place]?.log ?? 0)),
      p,
    })),
    tolerance,
    ...(isEnough ? {} : { note: `${points.length} of the ${2 * leastSide} gates from which on a change can be told` }),
  };
}

/** Sums of logarithms; the halves of intervals add up as independent errors do. */
function composedReport(series: MeasuredSeries): TrendSeries {
  const points: TrendPoint[] = [];
  let [log, below, above] = [0, 0, 0];
  for (const point of series.points) {
    const { log: own, low, high } = point.change;
    if (own === null) break;
    log += own;
    below = low === null ? Number.POSITIVE_INFINITY : Math.hypot(below, own - low);
    above = high === null ? Number.POSITIVE_INFINITY : Math.hypot(above, high - own);
    points.push(pointOf(point, { log, low: bounded(log - below), high: bounded(log + above) }));
  }
  return {
    ...headOf(series),
    isComposed: true,
    points,
    levels: [],
    changes: [],
    tolerance: series.points.at(-1)?.line.tolerance ?? 0,
  };
}

function headOf({ scenario, machine, reference, points }: MeasuredSeries) {
  const [first] = points;
  const { metric = 'p99' as const, step, of } = first?.change ?? {};
  return {
    scenario: scenario.name,
    ...(scenario.digest === undefined ? {} : { digest: scenario.digest }),
    reference,
    ...(machine === undefined ? {} : { machine }),
    metric,
    ...(step === undefined ? {} : { step }),
    ...(of === undefined ? {} : { of }),
  };
}

function pointOf(
  { line, change }: Measured,
  { log, low, high }: Pick<Measured['change'], 'log' | 'low' | 'high'>,
): TrendPoint {
  const { id, at, candidate, verdict, rounds } = line;
  const percent = (value: number | null) => (value === null ? null : percentOfLog(value));
  return {
    id,
    at,
    name: candidateName(line),
    ...(candidate.commit === undefined ? {} : { commit: candidate.commit }),
    verdict,
    rounds,
    percent: percent(log),
    lowPercent: percent(low),
    highPercent: percent(high),
    outcome: change.outcome,
  };
}

/** The release that it is tagged with, else the state; a working tree without a commit is called by its day. */
function candidateName({ tags, candidate, at }: TrendLine): string {
  const name = stateName(candidate);
  return tags?.['release'] ?? (name === 'working tree' ? at.slice(0, 10) : name);
}

function betweenOf(before: Measured | undefined, after: Measured | undefined) {
  const [from, to] = [before?.line.candidate.commit, after?.line.candidate.commit];
  return {
    before: before ? candidateName(before.line) : '',
    after: after ? candidateName(after.line) : '',
    ...(from === undefined || to === undefined || from === to
      ? {}
      : { commits: `${from.slice(0, 12)}..${to.slice(0, 12)}` }),
  };
}

function halfOf(low: number | null, high: number | null): number | undefined {
  return low === null || high === null ? undefined : (high - low) / 2;
}

function bounded(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Why gates of one scenario are not all points of one series. */
function splitsOf(lines: readonly TrendLine[], isJoined: boolean): string[] {
  const names = [...new Set(lines.map(({ scenario }) => scenario.name))];
  return names.flatMap((name) => {
    const own = lines.filter(({ scenario }) => scenario.name === name);
    const several = (what: string, values: readonly (string | undefined)[]) => {
      const known = [...new Set(values.flatMap((value) => value ?? []))];
      return known.length > 1 ? [`${name}: ${what}: ${known.join(', ')}`] : [];
    };
    return [
      ...several(
        'gates of other loads, targets or settings are series of their own (digests)',
        own.map(({ scenario }) => scenario.digest),
      ),
      ...several(
        'gates of other machines are series of their own',
        own.map((line) => machineText(line, isJoined)),
      ),
      ...several(
        'gates of other engines are series of their own',
        own.map(({ engine }) => engine),
      ),
      ...several(
        'gates against other references are series of their own',
        own.map(({ baseline }) => stateName(baseline)),
      ),
    ];
  });
}

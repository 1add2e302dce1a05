/** What a trend says, in the same words on a terminal, in Markdown and on its page. */
import type { TrendReport, TrendSeries } from '../../model/trend.ts';
import { formatNumber, formatShare, formatSignedPercent } from '../../model/units.ts';
import { signedPercent } from './gate-terms.ts';
import { noValue } from './number-format.ts';
import type { StateWords, Tone } from './state-words.ts';

const metricNames: Readonly<Record<TrendSeries['metric'], string>> = {
  p99: 'p99',
  'slow-share': 'share of slow requests',
  capacity: 'capacity',
  recovery: 'recovery',
  lost: 'arrivals lost',
  converged: 'converged',
};

/** The others are in the list. */
const mostNamed = 6;

/** `p99 at 800/s`, `recovery, leader-lost`, `capacity`. */
export function seriesTitle({ metric, step, of }: TrendSeries): string {
  const name = metricNames[metric];
  if (step !== undefined) return `${name} at ${step}`;
  return of === undefined ? name : `${name}, ${of}`;
}

/** What all points of a series are held against: `against v1.4`, `composed from v1.4`. */
export function referenceText({ reference, isComposed, machine }: TrendSeries): string {
  const where = machine === undefined ? '' : `, on ${machine}`;
  return `${isComposed ? `release against release, added up from ${reference}` : `against ${reference}`}${where}`;
}

/** Where the series stands now: its last level, of a composed one its last point with its interval. */
export function standing(series: TrendSeries): string {
  const { levels, points, isComposed } = series;
  const last = points.at(-1);
  const level = levels.at(-1);
  if (!isComposed && level) return formatSignedPercent(level.percent);
  if (!last || last.percent === null) return noValue;
  return `${formatSignedPercent(last.percent)} (${signedPercent(last.lowPercent)} to ${signedPercent(last.highPercent)})`;
}

/** How the series is to be taken. */
export function seriesTone(series: TrendSeries): Tone {
  if (series.isComposed) {
    const { lowPercent = null, highPercent = null } = series.points.at(-1) ?? {};
    if (lowPercent !== null && lowPercent > series.tolerance * 100) return 'bad';
    return highPercent !== null && highPercent < -series.tolerance * 100 ? 'good' : 'info';
  }
  const change = series.changes.at(-1);
  if (!change) return series.note === undefined ? 'good' : 'info';
  return change.shiftPercent > 0 ? 'bad' : 'good';
}

/** What is said of the series as a whole. */
export function seriesSentence(series: TrendSeries): string {
  const { note, changes, isComposed, points } = series;
  if (isComposed) {
    const told = seriesTone(series);
    const since = `${points.length} releases`;
    if (told === 'bad')
      return `slower over ${since} by more than the ${formatShare(series.tolerance)} that each of them may be`;
    return told === 'good'
      ? `faster over ${since}`
      : `over ${since} neither slower nor faster by more than ${formatShare(series.tolerance)} is shown`;
  }
  if (note !== undefined) return note;
  if (changes.length === 0) return `no change of ${formatShare(series.tolerance)} or more is shown`;
  return changes.map((change) => changeSentence(change)).join('; ');
}

/** One change point: how much, between which releases, and how likely by chance. */
export function changeSentence({ shiftPercent, before, after, p }: TrendSeries['changes'][number]): string {
  const way = shiftPercent > 0 ? 'slower' : 'faster';
  return `${formatSignedPercent(shiftPercent)} (${way}) between ${before} and ${after}, p ${formatNumber(p)}`;
}

/** Whether any series is slower now than at its level before. */
export function isWorse({ series }: TrendReport): boolean {
  return series.some((each) => seriesTone(each) === 'bad');
}

/** All series in a word and a sentence; of those of which nothing can be told yet nothing is claimed. */
export function trendState(report: TrendReport): StateWords {
  const { series } = report;
  const pinned = series.filter(({ isComposed }) => !isComposed);
  const early = pinned.filter(({ note }) => note !== undefined).length;
  const told = pinned.length - early;
  const open = early === 0 ? '' : `; of ${early === 1 ? 'one' : early} nothing can be told yet`;
  if (isWorse(report)) {
    const bad = series.filter((each) => seriesTone(each) === 'bad');
    const names = bad.map((each) => `${each.scenario}: ${seriesTitle(each)}`);
    const more = bad.length > mostNamed ? ` and ${bad.length - mostNamed} more` : '';
    const sentence = `${names.slice(0, mostNamed).join(', ')}${more} ${bad.length === 1 ? 'is' : 'are'} slower than before${open}.`;
    return { tone: 'bad', word: 'Slower', sentence };
  }
  if (told > 0) {
    const whom = early === 0 ? 'No series is' : told === 1 ? 'One series is not' : `None of ${told} series is`;
    const better = pinned.some(({ changes }) => changes.length > 0) ? '; levels have changed for the better' : '';
    return { tone: 'good', word: 'Steady', sentence: `${whom} slower now than at its level before${better}${open}.` };
  }
  if (pinned.length === series.length)
    return { tone: 'info', word: 'Too early to tell', sentence: 'No series has enough gates yet.' };
  return { tone: 'info', word: 'Not shown', sentence: `Added up, no release is shown to be slower${open}.` };
}

/** What the reader must know of all of it. */
export function trendNotes({ series, alpha, splits, problems }: TrendReport): readonly string[] {
  const tested = series.filter(({ isComposed, note }) => !isComposed && note === undefined).length;
  return [
    ...problems,
    ...splits,
    ...(tested > 0
      ? [
          `a change where there is none, in ${tested === 1 ? 'the series' : `any of ${tested} series`}, has a chance of at most ${formatShare(alpha)} each time that a file is looked at`,
        ]
      : []),
  ];
}

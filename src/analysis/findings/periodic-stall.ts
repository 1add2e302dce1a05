/** The finding about responses that stall at a period: something in a service runs every so often, and all requests wait for it. */
import { medianOf } from '../../model/median.ts';
import { seededUniform } from '../../model/random.ts';
import type { StackGroup, Stacks } from '../../model/sample.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { type Stall, slowWindows, stallsOf } from '../run/slow-moments.ts';
import { type Period, periodOf } from '../statistics/period.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { stallWork } from './stall-work.ts';
import { shortName } from './wait-words.ts';

const seed = 1;
/** The odds at which a period is told; a run has one such test. */
const mostChance = 0.005;
/** Looks of ours at goroutines or metrics that come within so much before a stall may be what stalls. */
const ownLookUs = 250_000;
const mostOwnLooks = 0.7;
/** Without so many looks at goroutines within stalls, where they wait is not told. */
const leastLooks = 2;

/** Stalls on a grid of time that chance does not make. */
export const periodicStall: FindingRule = {
  id: 'periodic-stall',
  role: 'cause',
  explains: ['latency-knee', 'goroutine-pile-up', 'response-leaves-service', 'throughput-ceiling'],
  find(run) {
    const stalls = stallsOf(slowWindows(run.steps, run.series));
    const period = periodOf(
      stalls.map(({ fromUs }) => fromUs),
      seededUniform(seed),
    );
    if (!period || period.chance > mostChance) return [];
    return [isOwnLook(stalls, period, run) ? ownLook(stalls, period) : stallFinding(stalls, period, run)];
  },
};

function stallFinding(stalls: readonly Stall[], period: Period, run: RunEvidence): Found {
  const peakUs = medianOf(stalls.map((stall) => stall.peakUs));
  const place = placeOf(stalls, run.stacks);
  const work = place && workAt(place, stalls, run);
  const where = place
    ? ` while ${place.target} waits in ${place.site}${work ? `, and is in ${work.site} only then` : ''}`
    : '';
  return {
    severity: 'warning',
    title: `Every ${seconds(period.us)} responses stall for about ${formatLatencyUs(peakUs)}${where}`,
    evidence: [
      gridWords(stalls, period),
      ...stalls.slice(0, 3).map((stall) => `${stall.step}: ${formatLatencyUs(stall.peakUs)} at ${at(stall.fromUs)}`),
      ...(place
        ? [
            `${place.target}: ${formatNumber(place.during)} goroutines in ${place.reason} at ${place.site} during stalls, ${formatNumber(place.else)} between them`,
          ]
        : []),
      ...(place && work
        ? [
            `${place.target}: ${formatNumber(work.during)} in ${work.site} (${work.reason}) during stalls, ${formatNumber(work.between)} between them`,
          ]
        : []),
    ],
    ruledOut: ['Looks of our own: their times are not those of the stalls'],
    advice: `${work ? `Look at ${shortName(work.site)}, which runs` : 'Look for what runs'} every ${seconds(period.us)}${work ? '' : ': a ticker, a cache that is rebuilt, a flush, a job'}. Let it work on a copy, in small parts, or without the lock that requests need.`,
    steps: [...new Set(stalls.map(({ step }) => step))],
    ...(place ? { targets: [place.target], site: place.site } : {}),
    sinceUs: Math.round(stalls[0]?.fromUs ?? 0),
    charts: [{ target: generatorTarget, series: 'load.response_peak_us' }],
  };
}

function ownLook(stalls: readonly Stall[], period: Period): Found {
  return {
    severity: 'note',
    title: `Every ${seconds(period.us)} a look of our own makes responses slower`,
    evidence: [gridWords(stalls, period), 'most of them begin where goroutines or metrics of a target were read'],
    advice: 'Look less often (observe.goroutines, observe.metrics), or leave it out, where this matters.',
    steps: [...new Set(stalls.map(({ step }) => step))],
    charts: [{ target: generatorTarget, series: 'load.response_peak_us' }],
  };
}

function gridWords(stalls: readonly Stall[], { us, uncertaintyUs, hits, of, chance }: Period): string {
  return `${stalls.length} stalls, ${hits} of ${of} moments ${seconds(us)} ± ${seconds(uncertaintyUs)} apart; chance does as well in at most ${formatNumber(100 * chance)} % of trials`;
}

/** Whether most stalls begin right after a look: then the look is what a target was busy with. */
function isOwnLook(stalls: readonly Stall[], period: Period, { stacks, series }: RunEvidence): boolean {
  const looks = [
    stacks.map(({ atUs }) => atUs),
    ...series
      .filter(({ source }) => source === 'metrics' || source === 'expvar')
      .slice(0, 1)
      .map(({ points }) => points.map(([atUs]) => atUs)),
  ];
  return looks.some((timesUs) => {
    const near = stalls.filter(({ fromUs, untilUs }) =>
      timesUs.some((lookUs) => lookUs >= fromUs - ownLookUs && lookUs < untilUs),
    );
    // Looks that come more often than stalls are near all of them by chance.
    const gapUs = medianOf(timesUs.slice(1).map((lookUs, index) => lookUs - (timesUs[index] ?? 0)));
    return gapUs > period.us / 2 && near.length >= mostOwnLooks * stalls.length;
  });
}

function workAt({ target, site }: Place, stalls: readonly Stall[], { stacks, targets }: RunEvidence) {
  const own = stacks.filter((look) => look.target === target);
  const work = stallWork(stalls, own, targets.find(({ id }) => id === target)?.go?.module);
  return work?.site === site ? undefined : work;
}

interface Place {
  readonly target: string;
  readonly reason: string;
  readonly site: string;
  readonly during: number;
  readonly else: number;
}

/** Where more goroutines are during stalls than between them, by the looks that happened to fall within some. */
function placeOf(stalls: readonly Stall[], stacks: readonly Stacks[]): Place | undefined {
  const isDuring = ({ atUs }: Stacks) => stalls.some(({ fromUs, untilUs }) => atUs >= fromUs && atUs < untilUs);
  const places = [...new Set(stacks.map(({ target }) => target))].flatMap((target) => {
    const own = stacks.filter((each) => each.target === target);
    const [during, between] = [own.filter(isDuring), own.filter((each) => !isDuring(each))];
    if (during.length < leastLooks || between.length === 0) return [];
    const groups = new Map(during.flatMap((each) => each.groups.map((group) => [keyOf(group), group] as const)));
    return [...groups].map(([key, { reason, site }]) => ({
      target,
      reason,
      site,
      during: meanCount(during, key),
      else: meanCount(between, key),
    }));
  });
  const waiting = places.filter((place) => place.reason !== 'IO wait' && place.during > 2 * place.else + 1);
  return waiting.sort((a, b) => b.during - b.else - (a.during - a.else))[0];
}

function keyOf({ reason, site }: StackGroup): string {
  return `${reason}\n${site}`;
}

function meanCount(looks: readonly Stacks[], key: string): number {
  const counts = looks.flatMap(({ groups }) =>
    groups.filter((group) => keyOf(group) === key).map(({ count }) => count),
  );
  return counts.reduce((sum, count) => sum + count, 0) / looks.length;
}

function seconds(us: number): string {
  return us < 1e6 ? formatLatencyUs(us) : `${(us / 1e6).toFixed(1)} s`;
}

function at(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}

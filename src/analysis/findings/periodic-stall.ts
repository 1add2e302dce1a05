/** The finding about responses that stall at a period: something in a service runs every so often, and all requests wait for it. */
import { shortFunction } from '../../model/function-name.ts';
import { groupBy } from '../../model/group-by.ts';
import { medianOf } from '../../model/median.ts';
import { seededUniform } from '../../model/random.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { fallsBehind } from '../run/break-step.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { type Stall, slowWindows, stallsOf } from '../run/slow-moments.ts';
import { type Period, periodOf } from '../statistics/period.ts';
import type { Look, Place as WaitPlace } from '../waits/looks.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { type StallCpu, stallCpu } from './stall-cpu.ts';
import { stallWork } from './stall-work.ts';

const seed = 1;
/** The odds at which a period is told; a run has one such test. */
const mostChance = 0.005;
/** Looks of ours at goroutines or metrics that come within so much before a stall may be what stalls. */
const ownLookUs = 250_000;
const mostOwnLooks = 0.7;
/** With fewer looks at goroutines within stalls, only a crowd tells where they wait. */
const enoughLooks = 2;

const followed = ['latency-knee', 'goroutine-pile-up', 'response-leaves-service', 'throughput-ceiling'];
/** What is waited for in stalls, and hardly between them, is no more than what a stall looks like. */
const waits = ['pool-too-small', 'lock-convoy', 'blocking-syscalls', 'request-sleeps', 'slow-upstream'];

/** Stalls on a grid of time that chance does not make. */
export const periodicStall: FindingRule = {
  id: 'periodic-stall',
  role: 'cause',
  explains: followed,
  find(run) {
    const windows = slowWindows(run.steps, run.series);
    const stalls = stallsOf(windows);
    const found = periodOf(
      stalls.map(({ fromUs }) => fromUs),
      seededUniform(seed),
    );
    if (!found || found.chance > mostChance) return [];
    // When a stall began is known to a window, and a period to a window over all of the grid.
    const windowUs = windows[0]?.windowUs ?? 0;
    const uncertaintyUs = Math.max(found.uncertaintyUs, windowUs / Math.max(1, found.of - 1));
    const period = { ...found, uncertaintyUs };
    return [isOwnLook(stalls, period, run) ? ownLook(stalls, period) : stallFinding(stalls, period, run)];
  },
};

function stallFinding(stalls: readonly Stall[], period: Period, run: RunEvidence): Found {
  const peakUs = medianOf(stalls.map((stall) => stall.peakUs));
  const place = placeOf(stalls, run.looks);
  const work = place && workAt(place, stalls, run);
  const where = place
    ? ` while ${place.target} waits in ${place.site}${work ? `, and is in ${work.site} only then` : ''}`
    : '';
  const cpu = place ? undefined : stallCpu(stalls, run.series, run.targets);
  return {
    severity: 'warning',
    title: `Every ${seconds(period.us)} responses stall for about ${formatLatencyUs(peakUs)}${where}${cpu ? cpuText(cpu) : ''}`,
    evidence: [
      gridWords(stalls, period),
      ...stalls.slice(0, 3).map((stall) => `${stall.step}: ${formatLatencyUs(stall.peakUs)} at ${at(stall.fromUs)}`),
      ...(place
        ? [
            `${place.target}: ${formatNumber(place.during)} goroutines wait in ${place.what} at ${place.site} during stalls, ${formatNumber(place.else)} between them`,
          ]
        : []),
      ...(place && work
        ? [
            `${place.target}: ${formatNumber(work.during)} in ${work.site} (${work.reason}) during stalls, ${formatNumber(work.between)} between them`,
          ]
        : []),
    ],
    ruledOut: ['Looks of our own: their times are not those of the stalls'],
    advice: `${work ? `Look at ${shortFunction(work.site)}, which runs` : 'Look for what runs'} every ${seconds(period.us)}${work ? '' : ': a ticker, a cache that is rebuilt, a flush, a job'}. Let it work on a copy, in small parts, or without the lock that requests need.`,
    steps: [...new Set(stalls.map(({ step }) => step))],
    ...(place ? { targets: [place.target], site: place.site } : {}),
    ...(cpu ? { targets: [cpu.target] } : {}),
    ...(place && keepsUp(run) ? { explains: [...followed, ...waits] } : {}),
    sinceUs: Math.round(stalls[0]?.fromUs ?? 0),
    charts: [
      { target: generatorTarget, series: 'load.response_peak_us' },
      ...(cpu ? [{ target: cpu.target, series: 'container.cpu_percent' }] : []),
    ],
  };
}

function cpuText({ target, during, between }: StallCpu): string {
  return `, in which ${target} uses ${formatNumber(during)} % of a core instead of ${formatNumber(between)} %`;
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

/** A load that is not held queues between stalls as well, for whatever reason. */
function keepsUp({ steps }: RunEvidence): boolean {
  return steps.every((step) => !fallsBehind(step, steps[0]));
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

interface Place extends WaitPlace {
  readonly target: string;
  /** Goroutines there, mean over the looks during stalls, and over all others. */
  readonly during: number;
  readonly else: number;
}

/** Where more goroutines wait during stalls than between them, by the looks that happened to fall within some. */
function placeOf(stalls: readonly Stall[], looks: readonly Look[]): Place | undefined {
  const isDuring = ({ atUs }: Look) => stalls.some(({ fromUs, untilUs }) => atUs >= fromUs && atUs < untilUs);
  const waiting = [...groupBy(looks, ({ target }) => target)].flatMap(([target, own]) => {
    const [during, between] = [own.filter(isDuring), own.filter((each) => !isDuring(each))];
    if (during.length === 0 || between.length === 0) return [];
    return [...new Set(during.flatMap(({ counts }) => [...counts.keys()]))]
      .map((place) => ({ ...place, target, during: meanCount(during, place), else: meanCount(between, place) }))
      .filter((place) => place.during > (during.length >= enoughLooks ? 2 * place.else + 1 : 10 * (place.else + 1)));
  });
  // Whoever waits for an answer is not where it ends, if one is seen that waits for something else.
  const ends = waiting.filter(({ kind }) => kind !== 'idle' && kind !== 'client' && kind !== 'network');
  const asks = waiting.filter(({ kind }) => kind === 'network');
  return (ends.length > 0 ? ends : asks).sort((a, b) => b.during - b.else - (a.during - a.else))[0];
}

function meanCount(looks: readonly Look[], place: WaitPlace): number {
  return looks.reduce((sum, { counts }) => sum + (counts.get(place) ?? 0), 0) / looks.length;
}

function seconds(us: number): string {
  return us < 1e6 ? formatLatencyUs(us) : `${(us / 1e6).toFixed(1)} s`;
}

function at(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}

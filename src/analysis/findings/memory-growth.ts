/** The finding about memory that requests leave behind: what is alive grows with them and never falls. */

import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { answeredRps } from '../run/answered.ts';
import { breakOf } from '../run/break-step.ts';
import { type OwnFunction, ownFunctions, tellingFunction } from './application.ts';
import { type LiveHeap, liveHeapOf } from './live-heap.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { workIn } from './works.ts';

/** What a heap gains while caches, pools and connections get going. */
const leastRiseMib = 8;
/** Of a whole process, whose memory follows the goal of the collector and not only what is alive. */
const leastHeldRiseMib = 48;
const leastPartOfStart = 0.1;
const leastPoints = 4;
const hardlyFell = 0.9;
/** A cache that fills up grows ever more slowly; what is kept for each request does not. */
const stillGrowing = 0.5;
/** What a request that is under way may hold: more of them at once are more memory, and no leak. */
const perRequestUnderWayMib = 0.25;
const kib = 1024;

/** What is alive over the requests that were answered until then. */
interface Growth {
  readonly target: string;
  readonly heap: LiveHeap;
  readonly points: readonly (readonly [atUs: number, mib: number, answers: number])[];
  readonly steps: readonly StepResult[];
}

/** Services whose live heap grew with the requests over the whole run, as fast at its end, up to the step that broke. */
export const memoryGrowth: FindingRule = {
  id: 'memory-growth',
  role: 'cause',
  explains: ['process-ended', 'out-of-memory', 'memory-full', 'memory-limit', 'gc-pressure'],
  find(run) {
    const growing = run.targets.flatMap(({ id }) => {
      const growth = growthOf(run, id);
      return growth && isLeak(growth) ? [growth] : [];
    });
    const worst = growing.toSorted((a, b) => riseOf(b) - riseOf(a))[0];
    return worst ? [foundOf(run, worst, growing)] : [];
  },
};

/** Only steps below the first that broke: in a backlog more requests hold memory at once. */
function growthOf(run: RunEvidence, target: string): Growth | undefined {
  const heap = liveHeapOf(run.series, target);
  const { breaks } = breakOf({ steps: run.steps, series: run.series, slo: run.scenario.slo });
  const steps = breaks ? run.steps.slice(0, run.steps.indexOf(breaks)) : run.steps;
  const [first, last] = [steps[0], steps.at(-1)];
  if (!heap || !first || !last) return undefined;
  const untilUs = last.startUs + last.durationUs;
  const own = heap.points.filter(([atUs]) => atUs >= first.startUs && atUs <= untilUs);
  const points = own.map(([atUs, mib]) => [atUs, mib, answersUntil(steps, atUs)] as const);
  return { target, heap, points, steps };
}

function answersUntil(steps: readonly StepResult[], atUs: number): number {
  return steps.reduce((sum, { startUs, durationUs, load }) => {
    const seconds = Math.max(0, Math.min(atUs - startUs, durationUs)) / 1e6;
    return sum + answeredRps(load) * seconds;
  }, 0);
}

function riseOf({ points }: Growth): number {
  return (points.at(-1)?.[1] ?? 0) - (points[0]?.[1] ?? 0);
}

function isLeak(growth: Growth): boolean {
  const { points, heap, steps } = growth;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < leastPoints) return false;
  const rise = riseOf(growth);
  const least = heap.isLive ? leastRiseMib : leastHeldRiseMib;
  const inFlight = steps.map((step) => step.inFlight?.mean ?? 0);
  const more = Math.max(0, (inFlight.at(-1) ?? 0) - (inFlight[0] ?? 0));
  if (rise < Math.max(least, leastPartOfStart * first[1]) + perRequestUnderWayMib * more) return false;
  if (!neverFalls(points)) return false;
  const { before, after } = halves(growth);
  return after >= stillGrowing * before && reachesEnd(growth);
}

/** What it grew over the first half of the answers, and over the second, MiB. */
function halves({ points }: Growth): { before: number; after: number } {
  const [, from = 0, first = 0] = points[0] ?? [];
  const [, to = 0, last = 0] = points.at(-1) ?? [];
  const atHalf = valueAt(points, (first + last) / 2);
  return { before: atHalf - from, after: to - atHalf };
}

/** One collection may find less alive than the last, by what was under way; never much less than there ever was. */
function neverFalls(points: Growth['points']): boolean {
  let most = 0;
  return points.every(([, mib]) => {
    most = Math.max(most, mib);
    return mib >= hardlyFell * most - 1;
  });
}

/** Collections get rarer as the heap grows, but one that saw only the first requests says nothing of the rest. */
function reachesEnd({ points, steps }: Growth): boolean {
  const all = steps.reduce((sum, { load, durationUs }) => sum + (answeredRps(load) * durationUs) / 1e6, 0);
  return (points.at(-1)?.[2] ?? 0) >= 0.4 * all;
}

/** Between two points on the line that joins them. */
function valueAt(points: Growth['points'], answers: number): number {
  const next = points.findIndex(([, , at]) => at >= answers);
  const [after, before] = [points[next], points[next - 1]];
  if (!after) return points.at(-1)?.[1] ?? 0;
  if (!before || after[2] === before[2]) return after[1];
  return before[1] + ((after[1] - before[1]) * (answers - before[2])) / (after[2] - before[2]);
}

function foundOf(run: RunEvidence, worst: Growth, all: readonly Growth[]): Found {
  const targets = [worst, ...all.filter((each) => each !== worst)].map(({ target }) => target);
  const sites = growingFunctions(run, worst);
  const site = tellingFunction(sites);
  const bytes = (riseOf(worst) * kib ** 2) / Math.max(1, answersOf(worst));
  const limit = limitOf(run, worst);
  return {
    severity: 'warning',
    title: `Memory of ${nameOf(run, targets)} grows with every request and is not freed: ${formatNumber(bytes / kib)} KiB of each stay${site ? `, made in ${site.name}` : ''}${killedText(run, targets)}`,
    evidence: [
      ...all.slice(0, 4).map(evidenceOf),
      ...(site
        ? [`${worst.target}: ${formatNumber(site.cumulative / kib ** 2)} MiB more in use from ${site.name}`]
        : []),
    ],
    ruledOut: ruledOut(worst),
    advice: `Whatever keeps them has to let go: a map or slice with a bound, an entry that is deleted when it is done, a cache with a size.${limit}`,
    steps: worst.steps.map(({ name }) => name),
    targets,
    ...(site ? { site: site.name } : {}),
    sinceUs: Math.round(worst.points[0]?.[0] ?? 0),
    charts: all.slice(0, 4).map(({ target, heap }) => ({ target, series: heap.series })),
  };
}

/** What it came to, where it did in the run. */
function killedText({ events }: RunEvidence, targets: readonly string[]): string {
  const killed = events.find(
    ({ event, target, message }) =>
      targets.includes(target ?? '') && (event === 'oom' || (event === 'exit' && /out of memory/i.test(message))),
  );
  return killed ? `, until it is killed for want of memory at ${(killed.atUs / 1e6).toFixed(1)} s` : '';
}

function answersOf({ points }: Growth): number {
  return (points.at(-1)?.[2] ?? 0) - (points[0]?.[2] ?? 0);
}

function evidenceOf(growth: Growth): string {
  const { target, points, heap } = growth;
  const what = heap.isLive ? 'alive after a collection' : 'held';
  const values = `${formatNumber(points[0]?.[1] ?? 0)} to ${formatNumber(points.at(-1)?.[1] ?? 0)} MiB ${what}`;
  return `${target}: ${values} over ${formatCount(answersOf(growth))} answers, never less, as fast at the end as at the start`;
}

/** What each function has more in use, summed over the steps whose heap profiles are known. */
function growingFunctions(run: RunEvidence, { target, steps }: Growth): OwnFunction[] {
  const program = run.targets.find(({ id }) => id === target)?.go;
  const table = new Map<string, OwnFunction>();
  for (const step of steps) {
    const { profile } = workIn(run, 'heap', step, target) ?? {};
    const column = profile?.sampleTypes.findIndex(({ type }) => type === 'inuse_space') ?? -1;
    if (!profile || column < 0) continue;
    for (const one of ownFunctions(profile, column, program).functions) {
      const { inner, cumulative, depth } = table.get(one.name) ?? { inner: 0, cumulative: 0, depth: one.depth };
      table.set(one.name, {
        name: one.name,
        inner: inner + one.inner,
        cumulative: cumulative + one.cumulative,
        depth: Math.min(depth, one.depth),
      });
    }
  }
  return [...table.values()].sort((a, b) => b.cumulative - a.cumulative);
}

function limitOf(run: RunEvidence, growth: Growth): string {
  const table = run.steps.at(-1)?.targets[growth.target];
  const limit = table?.['container.memory_limit_mib']?.last;
  const held = table?.['container.memory_mib']?.last;
  const [first, last] = [growth.points[0], growth.points.at(-1)];
  if (limit === undefined || held === undefined || !first || !last || last[0] <= first[0]) return '';
  const perSecond = riseOf(growth) / ((last[0] - first[0]) / 1e6);
  const seconds = Math.max(0, limit - held) / perSecond;
  return ` At this rate its limit of ${formatNumber(limit)} MiB is reached ${seconds < 120 ? `${formatNumber(seconds)} s` : `${formatNumber(seconds / 60)} min`} after the run.`;
}

function ruledOut(growth: Growth): string[] {
  const { target, steps } = growth;
  const { before, after } = halves(growth);
  const perThousand = (mib: number) => (2000 * mib) / Math.max(1, answersOf(growth));
  const goroutines = steps.flatMap((step) => {
    const table = step.targets[target];
    return (table?.['goroutines.total'] ?? table?.['go.goroutines'])?.last ?? [];
  });
  const inFlight = steps.flatMap((step) => step.inFlight?.mean ?? []);
  return [
    ...(goroutines.length > 0
      ? [
          `Goroutines: ${formatNumber(goroutines[0] ?? 0)} in ${steps[0]?.name}, ${formatNumber(goroutines.at(-1) ?? 0)} in ${steps.at(-1)?.name}`,
        ]
      : []),
    ...(inFlight.length > 0 ? [`Requests under way: ${formatNumber(inFlight.at(-1) ?? 0)} at the end`] : []),
    `A cache that fills up: ${formatNumber(perThousand(before))} MiB per 1,000 answers in the first half, ${formatNumber(perThousand(after))} in the second`,
  ];
}

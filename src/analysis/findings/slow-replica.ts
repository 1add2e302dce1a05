/** The finding about one replica that takes longer over its requests than the others of its service. */

import type { StepResult } from '../../model/run-result.ts';
import type { Stacks } from '../../model/sample.ts';
import { nearestTo } from '../../model/series-columns.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { largestShare, mostLoaded, type OddOne, type Replicas, replicasOf } from '../run/replicas.ts';
import { isInStep } from '../run/step-time.ts';
import { type Look, looksIn as looksOfStep } from '../waits/looks.ts';
import { waitsOnlyAt } from './replica-waits.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** Longer by so much than the mean of the others is more than a neighbour on its core. */
const leastFactor = 2;
/** Of its looks, so many have to show more goroutines than any of the others. */
const mostLooks = 0.8;
const leastLooks = 4;
const leastMore = 2;
/** Each of them has another one that reads its connection meanwhile. */
const leastMoreServing = 1;
/** Requests seen at work in the others; fewer do not say how many times. */
const leastSeen = 10;
const latencySeries = 'app.request_mean_seconds';
/** A replica with so much more to do is busier for that reason, see uneven-replicas. */
const sameShare = 1.4;

const followed = [
  'goroutine-pile-up',
  'latency-knee',
  'throughput-ceiling',
  'response-leaves-service',
  'uneven-replicas',
];

interface Slow {
  readonly step: StepResult;
  readonly odd: OddOne;
  readonly words: string;
  readonly series: string;
  /** At how many looks it was seen. */
  readonly looks: number;
}

/**
 * Services of which the same replica is slower in most of the measured steps: by its own latency where it tells one, else by its goroutines,
 * of which those at work for requests have to be more as well.
 */
export const slowReplica: FindingRule = {
  id: 'slow-replica',
  role: 'cause',
  explains: followed,
  find(run) {
    const { steps, targets } = run;
    return replicasOf(targets).flatMap((replicas) => {
      const slow = steps.flatMap((step) => slowIn(step, replicas, run));
      const worst = slow.toSorted((a, b) => b.odd.value / b.odd.others - a.odd.value / a.odd.others)[0];
      if (!worst || slow.length <= steps.length / 2) return [];
      if (slow.some(({ odd }) => odd.target !== worst.odd.target)) return [];
      if (slow.reduce((sum, { looks }) => sum + looks, 0) < leastLooks) return [];
      const explains = [...followed, ...waitsOnlyAt(worst.odd.target, run)];
      return [{ ...slowFinding(slow, worst, replicas, run), explains }];
    });
  },
};

function slowFinding(slow: readonly Slow[], worst: Slow, replicas: Replicas, run: RunEvidence): Found {
  const { target } = worst.odd;
  const others = replicas.targets.filter((each) => each !== target);
  const cpu = (each: string) => worst.step.targets[each]?.['container.cpu_percent']?.mean;
  const [own, rest] = [cpu(target), others.map(cpu)];
  const site = siteOf(worst.step, target, others);
  return {
    severity: 'warning',
    title: `${target} is ${timesWords(slow, worst, others, run)}slower than the other ${others.length} of ${replicas.service}`,
    evidence: [
      ...slow.slice(0, 4).map(({ step, words }) => `${step.name}: ${words}`),
      ...(site ? [`${target}: most of what it has more of waits in ${site}`] : []),
    ],
    ruledOut:
      own === undefined || rest.some((each) => each === undefined)
        ? []
        : [
            `More work: it uses ${formatNumber(own)} % of a core, the others ${rest.map((each) => formatNumber(each ?? 0)).join(', ')} %`,
          ],
    advice: `Take ${target} out and see whether p99 follows. Then look at what is other about it: its machine, its data, its cache, its version, what it talks to.`,
    steps: slow.map(({ step }) => step.name),
    targets: [target],
    ...(site ? { site } : {}),
    charts: replicas.targets.map((each) => ({ target: each, series: worst.series })),
  };
}

/** By its own latency, or by goroutines at work for requests, which by Little's law are as many times more as it is slower. */
function timesWords(slow: readonly Slow[], { odd, series }: Slow, others: readonly string[], run: RunEvidence): string {
  if (series === latencySeries) return `${formatNumber(odd.value / Math.max(odd.others, 1e-9))} times `;
  const within = slow.flatMap(({ step }) => looksOfStep(step, run.looks));
  const [own, rest] = [servingAt([odd.target], within), servingAt(others, within)];
  if (rest.count < leastSeen || own.mean < leastFactor * rest.mean) return '';
  return `about ${formatNumber(Number((own.mean / rest.mean).toPrecision(2)))} times `;
}

/** Goroutines at work for requests at some replicas: all that were seen, and the mean of a look. */
function servingAt(ids: readonly string[], looks: readonly Look[]): { readonly count: number; readonly mean: number } {
  const own = looks.filter(({ target }) => ids.includes(target));
  const serving = own.flatMap(({ counts }) => [...counts].map(([{ request }, count]) => (request ? count : 0)));
  return { count: sum(serving), mean: sum(serving) / Math.max(1, own.length) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function slowIn(step: StepResult, replicas: Replicas, { stacks, looks: all }: RunEvidence): Slow[] {
  const latency = mostLoaded(step, replicas, latencySeries);
  if (latency) {
    if (latency.value < leastFactor * latency.others || !hasSameShare(step, replicas, latency.target)) return [];
    const ms = (seconds: number) => formatLatencyUs(seconds * 1e6);
    const words = `${latency.target} takes ${ms(latency.value)} for a request, the others ${ms(latency.others)}, by their own metrics`;
    return [{ step, odd: latency, words, series: latencySeries, looks: leastLooks }];
  }
  const goroutines = mostLoaded(step, replicas, 'goroutines.total');
  if (!goroutines || !hasSameShare(step, replicas, goroutines.target)) return [];
  const idle = idleGoroutines(replicas, stacks);
  const odd = { ...goroutines, value: goroutines.value - idle, others: goroutines.others - idle };
  if (odd.value < leastFactor * odd.others || odd.value - odd.others < leastMore) return [];
  // One that leads its cluster has more to do besides, which makes none of its answers late.
  const seen = looksOfStep(step, all);
  const others = replicas.targets.filter((each) => each !== odd.target);
  const [serving, elsewhere] = [servingAt([odd.target], seen).mean, servingAt(others, seen).mean];
  if (serving < leastFactor * elsewhere || serving - elsewhere < leastMoreServing) return [];
  const looks = looksIn(step, replicas, odd.target, stacks);
  if (looks.more < mostLooks * looks.of || looks.of === 0) return [];
  const words = `${odd.target} has ${formatNumber(goroutines.value)} goroutines on average, the others ${formatNumber(goroutines.others)}, for as many requests`;
  return [{ step, odd, words, series: 'goroutines.total', looks: looks.more }];
}

/** What every replica had at its quietest look: listeners, samplers, pools. */
function idleGoroutines({ targets }: Replicas, stacks: readonly Stacks[]): number {
  return stacks.reduce(
    (least, { target, total }) => (targets.includes(target) ? Math.min(least, total) : least),
    Number.POSITIVE_INFINITY,
  );
}

function hasSameShare(step: StepResult, replicas: Replicas, target: string): boolean {
  const known = largestShare(step, replicas);
  if (!known || known.odd.target !== target || known.odd.value < known.by.leastValue) return true;
  return known.odd.value <= Math.max(sameShare, known.by.leastFactor - 0.1) * known.odd.others;
}

/** At how many of its looks it had more than each of the others, held against the look of each other replica that was nearest in time. */
function looksIn(
  step: StepResult,
  { targets }: Replicas,
  target: string,
  stacks: readonly Stacks[],
): { readonly more: number; readonly of: number } {
  const within = stacks.filter(({ atUs }) => isInStep(step, atUs));
  const looksAt = (each: string) => within.filter((look) => look.target === each);
  const own = looksAt(target);
  const others = targets
    .filter((each) => each !== target)
    .map((each) => {
      const looks = looksAt(each);
      return { looks, timesUs: looks.map(({ atUs }) => atUs) };
    });
  const more = own.filter(({ atUs, total }) =>
    others.every(({ looks, timesUs }) => {
      const near = looks[nearestTo(timesUs, atUs)];
      return near !== undefined && total > near.total;
    }),
  );
  return { more: more.length, of: own.length };
}

/** The site at which it has most more goroutines than the others have on average. */
function siteOf(step: StepResult, target: string, others: readonly string[]): string | undefined {
  const at = (each: string, reason: string, site: string) =>
    step.goroutines
      .filter((group) => group.target === each && group.reason === reason && group.site === site)
      .reduce((sum, { mean }) => sum + mean, 0);
  const more = step.goroutines
    .filter((group) => group.target === target && group.reason !== 'IO wait')
    .map(({ reason, site }) => ({
      site,
      by: at(target, reason, site) - others.reduce((sum, each) => sum + at(each, reason, site), 0) / others.length,
    }))
    .sort((a, b) => b.by - a.by)[0];
  return more && more.by >= 1 ? more.site : undefined;
}

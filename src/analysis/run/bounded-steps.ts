/** Steps as a result holds them: every series and stack of each in most runs, and of some in one with too many steps and targets. */
import type { StepResult } from '../../model/run-result.ts';
import { generatorTarget } from './generator-series.ts';

/** In bytes of a result's text; an hour with 20 targets in twelve steps has 8 MB. */
const mostBytes = 9_000_000;
const seriesBytes = 230;
const siteBytes = 300;
const frameBytes = 90;
const gcBytes = 350;

/** What a step keeps in any case: targets that are not under test, and the stacks with most goroutines. */
const alwaysKept = new Set([generatorTarget, 'host']);
const sitesKept = 5;

/**
 * The same steps, or, where they would be too much for a result, each but some without the series of its targets and with its largest stacks
 * only. Whole are those that are `told` of, the first and the last, and as many others, evenly, as there is place for.
 */
export function boundedSteps(steps: readonly StepResult[], told: ReadonlySet<string>, most = mostBytes): StepResult[] {
  const costs = steps.map((step) => bytesOf(step));
  if (sum(costs) <= most) return [...steps];
  const brief = steps.map(briefly);
  const briefCosts = brief.map((step) => bytesOf(step));
  let left = most - sum(briefCosts);
  const whole = new Set<number>();
  for (const place of byUse(steps, told)) {
    const more = (costs[place] ?? 0) - (briefCosts[place] ?? 0);
    if (more > left) continue;
    left -= more;
    whole.add(place);
  }
  return steps.map((step, place) => (whole.has(place) ? step : (brief[place] ?? step)));
}

function briefly(step: StepResult): StepResult {
  const kept = Object.entries(step.targets).filter(([target]) => alwaysKept.has(target));
  const goroutines = step.goroutines.toSorted((a, b) => b.mean - a.mean).slice(0, sitesKept);
  const series = seriesIn(step.targets) - seriesIn(Object.fromEntries(kept));
  const stacks = step.goroutines.length - goroutines.length;
  return { ...step, targets: Object.fromEntries(kept), goroutines, leftOut: { series, stacks } };
}

/** Steps that are told of first, then both ends, then the middle of what is between, and so on. */
function byUse(steps: readonly StepResult[], told: ReadonlySet<string>): number[] {
  const rank = (place: number) => {
    if (told.has(steps[place]?.name ?? '')) return Number.POSITIVE_INFINITY;
    // The greatest power of two that divides it.
    return place === 0 || place === steps.length - 1 ? steps.length : place & -place;
  };
  return [...steps.keys()].sort((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)));
}

function bytesOf({ targets, goroutines, gc = [] }: StepResult): number {
  const sites = goroutines.reduce((bytes, { frames }) => bytes + siteBytes + frameBytes * frames.length, 0);
  return seriesBytes * seriesIn(targets) + sites + gcBytes * gc.length;
}

function seriesIn(targets: StepResult['targets']): number {
  return sum(Object.values(targets).map((table) => Object.keys(table).length));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

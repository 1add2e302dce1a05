/** Whose CPU goes up while responses stall: what runs then is a job of that service. */

import type { RunResult, Series } from '../../model/run-result.ts';
import type { Stall } from '../run/slow-moments.ts';
import { meanOf } from '../statistics/mean.ts';

/** One target's CPU, in % of a core. */
export interface StallCpu {
  readonly target: string;
  readonly during: number;
  readonly between: number;
}

const name = 'container.cpu_percent';
/** A reading is of the time since the one before; so much of that has to be of a stall. */
const leastOverlap = 0.2;
const leastReadings = 3;
/** Requests that had to wait and are then worked off make less of it. */
const leastFactor = 2;
const leastMorePercent = 15;

/** The target whose CPU goes up most; undefined where none does by much. */
export function stallCpu(
  stalls: readonly Stall[],
  series: readonly Series[],
  targets: RunResult['environment']['targets'],
): StallCpu | undefined {
  const [fromUs, untilUs] = [stalls[0]?.fromUs ?? 0, stalls.at(-1)?.untilUs ?? 0];
  return series
    .filter((each) => each.name === name && targets.some(({ id }) => id === each.target))
    .flatMap(({ target, points }) => {
      const [during, between]: [number[], number[]] = [[], []];
      for (const [index, [atUs, percent]] of points.entries()) {
        const before = points[index - 1]?.[0];
        if (before === undefined || before < fromUs - (atUs - before) || before > untilUs) continue;
        const stalled = stalls.reduce((sum, stall) => sum + overlap(before, atUs, stall), 0);
        if (stalled >= leastOverlap * (atUs - before)) during.push(percent);
        else if (stalled === 0) between.push(percent);
      }
      if (during.length < leastReadings || between.length < leastReadings) return [];
      return [{ target, during: meanOf(during), between: meanOf(between) }];
    })
    .filter((cpu) => cpu.during >= leastFactor * cpu.between && cpu.during - cpu.between >= leastMorePercent)
    .toSorted((a, b) => b.during - b.between - (a.during - a.between))[0];
}

function overlap(fromUs: number, untilUs: number, stall: Stall): number {
  return Math.max(0, Math.min(untilUs, stall.untilUs) - Math.max(fromUs, stall.fromUs));
}

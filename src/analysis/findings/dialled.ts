/** Who opens connections to whom, and who closes them first, from sockets in TIME_WAIT and goroutines that dial. */

import type { Series, StepResult } from '../../model/run-result.ts';
import type { Stacks } from '../../model/sample.ts';
import { nearestTo } from '../../model/series-columns.ts';
import { pointsOf } from '../run/series-lookup.ts';
import { isInStep } from '../run/step-time.ts';
import { observe } from './observed.ts';
import type { RunEvidence } from './rule.ts';
import { serviceTables } from './vitals.ts';

/** Linux keeps a closed connection so long (TCP_TIMEWAIT_LEN of include/net/tcp.h). */
const timeWaitSeconds = 60;

const dialling = new Set(['net.(*netFD).connect', 'net/http.(*Transport).dialConn']);

/** Connections per second that were closed in a step; what TIME_WAIT tells is the least of it. */
export interface Closed {
  /** At the ports of this target. */
  readonly target: string;
  /** By the target itself. */
  readonly byServerRps: number;
  /** By those who had opened them. */
  readonly byClientRps: number;
}

/** What was closed at each service, most first. */
export function closedAt(step: StepResult, series: readonly Series[]): Closed[] {
  return serviceTables(step)
    .map(([target, table]) => {
      // As long as none of them is old enough to go, they become more as fast as they are closed.
      const rate = (name: string) =>
        Math.max(riseRps(pointsOf(series, target, name), step), (table[name]?.mean ?? 0) / timeWaitSeconds);
      return { target, byServerRps: rate('sock.time_wait'), byClientRps: rate('sock.time_wait_clients') };
    })
    .sort((a, b) => b.byServerRps + b.byClientRps - (a.byServerRps + a.byClientRps));
}

/**
 * By how much per second a count became more, or less than zero where it became less: between the looks nearest to the step's
 * ends, because looks may be rarer than steps are long.
 */
export function riseRps(points: Series['points'], { startUs, durationUs }: StepResult): number {
  const timesUs = points.map(([atUs]) => atUs);
  const first = nearestTo(timesUs, startUs);
  const last = nearestTo(timesUs, startUs + durationUs);
  // One look that is the nearest to both ends: the look before it is the other.
  const [from, to] = [points[first === last ? first - 1 : first], points[last]];
  return from && to && to[0] > from[0] ? ((to[1] - from[1]) / (to[0] - from[0])) * 1e6 : 0;
}

/** The service that has most connections open to another, mean over the steps. */
export function clientOf({ steps }: RunEvidence, target: string): string | undefined {
  const open = new Map<string, number>();
  for (const { target: from, value } of observe(steps, `sock.to.${target}`, 'mean')) {
    open.set(from, (open.get(from) ?? 0) + value);
  }
  const [most] = [...open].sort((a, b) => b[1] - a[1]);
  return most && most[1] > 0 ? most[0] : undefined;
}

/** The services whose goroutines were seen dialling in measured steps, and in how many looks; most first. */
export function diallers({ stacks, steps }: RunEvidence): [target: string, looks: number][] {
  const looks = new Map<string, number>();
  const isDialling = diallingOnce();
  for (const { atUs, target, groups } of stacks) {
    const measured = steps.some((step) => isInStep(step, atUs));
    if (measured && groups.some(isDialling)) looks.set(target, (looks.get(target) ?? 0) + 1);
  }
  return [...looks].sort((a, b) => b[1] - a[1]);
}

/** The same list of frames comes again in every look that saw the stack: each is searched once. */
function diallingOnce(): (group: Stacks['groups'][number]) => boolean {
  const known = new Map<Stacks['groups'][number]['frames'], boolean>();
  return ({ frames }) => {
    const is = known.get(frames) ?? frames.some((frame) => dialling.has(frame));
    known.set(frames, is);
    return is;
  };
}

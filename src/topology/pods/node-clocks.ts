/** Dates lines by the clocks of the nodes that printed them: one that comes late, as after a connection that hung, is dated when it was printed. */

import { upperMedianOf } from '../../model/median.ts';
import type { ClockRelation } from '../../model/sample.ts';

/** The clocks of the nodes of a cluster, as far as lines that came from there show them. */
export interface NodeClocks {
  /**
   * When a line was printed, microseconds of our clock, by its stamp (RFC 3339, of its node's clock) and when it came; never later than
   * that.
   */
  date(node: string, stamp: string, arrivalUs: number): number;
  /** How the clock of its node stands to ours, of each of these targets whose node has printed something. */
  relations(targets: readonly { readonly id: string; readonly node: string }[]): readonly ClockRelation[];
}

interface NodeClock {
  /** The least difference between arrival and stamp that was seen since `sinceUs`, and in the time before it. */
  leastUs: number;
  beforeUs: number;
  sinceUs: number;
  stamps: number;
  readonly lateUs: number[];
}

/** A clock may drift, or be set: differences are forgotten after one to two times as long. A time without lines does not count. */
const rememberedUs = 60e6;
/** With fewer lines nothing can be said of how late they usually are; from so many of the latest it is told. */
const leastStamps = 4;
const mostStamps = 64;

/** `originWallMs` is our wall clock at the zero of our clock. */
export function createNodeClocks(originWallMs: number): NodeClocks {
  const nodes = new Map<string, NodeClock>();
  return {
    // A line comes late or at once, never early: the least difference is nearest to that of the clocks, and never less than it.
    date(node, stamp, arrivalUs) {
      const theirUs = wallUs(stamp) - originWallMs * 1000;
      if (Number.isNaN(theirUs)) return arrivalUs;
      const aheadUs = arrivalUs - theirUs;
      const clock = nodes.get(node) ?? newClock(arrivalUs);
      nodes.set(node, clock);
      if (arrivalUs - clock.sinceUs > rememberedUs) {
        clock.beforeUs = clock.leastUs;
        clock.leastUs = Number.POSITIVE_INFINITY;
        clock.sinceUs = arrivalUs;
      }
      clock.leastUs = Math.min(clock.leastUs, aheadUs);
      clock.stamps += 1;
      const offsetUs = offsetOf(clock);
      clock.lateUs.push(aheadUs - offsetUs);
      if (clock.lateUs.length > mostStamps) clock.lateUs.shift();
      return theirUs + offsetUs;
    },
    relations: (targets) =>
      targets.flatMap(({ id, node }) => {
        const clock = nodes.get(node);
        return clock ? [relationOf(id, clock)] : [];
      }),
  };
}

function relationOf(target: string, clock: NodeClock): ClockRelation {
  const { stamps, sinceUs, lateUs } = clock;
  const offsetUs = offsetOf(clock);
  // How late the quickest line was cannot be seen; it is taken to be no later than the median line was after it.
  const uncertaintyUs = stamps < leastStamps ? undefined : upperMedianOf(lateUs);
  const told = { offsetUs, uncertaintyUs, typicalUs: uncertaintyUs, stamps };
  return { kind: 'clock', atUs: sinceUs, target, source: 'lines', method: 'least-delay', ...told };
}

function newClock(sinceUs: number): NodeClock {
  return { leastUs: Number.POSITIVE_INFINITY, beforeUs: Number.POSITIVE_INFINITY, sinceUs, stamps: 0, lateUs: [] };
}

function offsetOf({ leastUs, beforeUs }: NodeClock): number {
  return Math.min(leastUs, beforeUs);
}

/** `Date` reads no more than milliseconds; a stamp has up to nine digits. NaN of what is no time. */
function wallUs(stamp: string): number {
  const [, whole = '', fraction = '', zone = ''] = /^([^.Z+]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(stamp) ?? [];
  return Date.parse(whole + zone) * 1000 + Number(`0.${fraction || '0'}`) * 1e6;
}

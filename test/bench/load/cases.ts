/** What every generator is asked to do, and what it must have seen. */
import { type Percentiles, percentilesOf } from './statistics.ts';

/** Every run starts with a second that no clock of the benchmark counts. */
export const warmUpS = 1;

/** One task for each generator in turn. */
export interface Case {
  readonly name: string;
  /** `closed`: as fast as `connections` can; `rps` is 0 then. */
  readonly pacing: 'open' | 'closed';
  readonly rps: number;
  /** Without the warm-up. */
  readonly seconds: number;
  readonly connections: number;
  /** For generators that can open more when answers are late. */
  readonly maxConnections: number;
  /** The target's plan (see parsePlan in test/truth/main.go). */
  readonly target: Readonly<Record<string, string>>;
  /** Response times of a perfect generator from a second on, where they do not follow from how long the target kept its answers. */
  readonly truth?: (fromS: number) => Percentiles | undefined;
}

const poolSize = 100;
const growingPool = 2000;
const delayedRps = 1000;
const fixedRates = [200, 1000, 5000];

/** All cases: each rate against a target that answers at once, the delays at 1,000/s, and the closed loop. */
export function allCases(rates: readonly number[], seconds: number): readonly Case[] {
  const open = { pacing: 'open', seconds, connections: poolSize } as const;
  const delayed = { ...open, rps: delayedRps, maxConnections: growingPool };
  const stall = { atS: warmUpS + (seconds - 1) / 2, forS: 1 };
  return [
    ...rates.map((rps) => ({ ...open, name: `${rps}/s`, rps, maxConnections: poolSize, target: {} })),
    ...fixedRates.map((rps) => ({ ...delayed, rps, name: `fixed 5 ms, ${rps}/s`, target: { delay: '5ms' } })),
    // One in 80: were it one in 100, p99 would stand on the edge between the two and mean nothing.
    {
      ...delayed,
      name: `2 ms, 1 in 80 200 ms, ${delayedRps}/s`,
      target: { delay: '2ms', slow: '200ms', slowEvery: '80' },
    },
    {
      ...delayed,
      name: `1 s stall, ${delayedRps}/s`,
      target: { stallAt: `${stall.atS}s`, stallFor: `${stall.forS}s` },
      truth: (fromS) => stallTruth(delayedRps, fromS, warmUpS + seconds, stall),
    },
    { name: 'closed loop', pacing: 'closed', rps: 0, seconds, connections: 50, maxConnections: 50, target: {} },
  ];
}

/**
 * Response times of evenly spaced arrivals, due from `fromS` to `toS`, at a target that answers at once but for one stall.
 * What the target saw cannot say this: a generator that waits does not send what would have been slow.
 */
export function stallTruth(
  rps: number,
  fromS: number,
  toS: number,
  stall: { readonly atS: number; readonly forS: number },
): Percentiles | undefined {
  const waitsUs: number[] = [];
  for (let n = Math.ceil(fromS * rps); n < toS * rps; n++) {
    const dueS = n / rps;
    const waits = dueS >= stall.atS && dueS < stall.atS + stall.forS;
    waitsUs.push(waits ? (stall.atS + stall.forS - dueS) * 1e6 : 0);
  }
  return percentilesOf(waitsUs);
}

/** When users no longer saw a fault, or that they saw it to the last. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { Episode } from './episodes.ts';
import type { FaultTimes } from './fault-times.ts';

type Recovery = FaultOutcome['recovery'];

/** What ended the time in which the effects of a fault could be seen. */
export type Horizon =
  | { readonly untilUs: number; readonly cut: 'load' | 'rate' | 'run' }
  | { readonly untilUs: number; readonly cut: 'fault'; readonly by: string };

/** What recovery is judged by. */
export interface Seen {
  readonly fault: FaultTimes & { readonly startUs: number };
  /** All within the horizon. */
  readonly episodes: readonly Episode[];
  readonly horizon: Horizon;
  readonly settleUs: number;
  readonly binUs: number;
}

/** What became of users, and for how long it concerned them. */
export interface Judged {
  readonly recovery: Recovery;
  /** From when on all was well and stayed so, as long as the fault was in force and after it; undefined where it was not. */
  readonly wellUs: number | undefined;
  /** The episodes that are the fault's. */
  readonly own: readonly Episode[];
}

/** Harm that follows earlier harm after longer quiet than this is something else. */
const longestQuietUs = 30_000_000;

/**
 * Recovery is the due time of the first arrival that was well, after which nothing that chance would not bring was seen: while the
 * fault is in force to its end, and for a settled time in any case. Where all was well again so long before the end of the fault, and the end did harm once more,
 * both times are told.
 */
export function recoveryOf({ fault, episodes, horizon, settleUs, binUs }: Seen): Judged {
  const { startUs, endUs } = fault;
  const own = ownEpisodes(fault, episodes, settleUs);
  const last = own.at(-1);
  if (!last) return { recovery: withoutHarm(fault, horizon, settleUs), wellUs: fault.askedUs, own };
  const during = endUs === undefined ? last : own.findLast(({ fromUs }) => fromUs < (fault.endAskedUs ?? endUs));
  const early = during?.wellUs;
  const isEarly = early !== undefined && endUs !== undefined && early + settleUs <= (fault.endAskedUs ?? endUs);
  const { wellUs } = last;
  const quietUs = wellUs === undefined ? 0 : horizon.untilUs - wellUs;
  if (wellUs === undefined || quietUs < settleUs) {
    return { recovery: withoutEnd({ last, fault, horizon, settleUs, quietUs }), wellUs: undefined, own };
  }
  const first = isEarly ? early : wellUs;
  const uncertaintyUs = Math.max(binUs, ...[during, last].flatMap((each) => (each ? [doubtUsOf(each) + binUs] : [])));
  return {
    recovery: {
      state: 'recovered',
      afterUs: first - startUs,
      ...(endUs === undefined ? {} : { afterEndUs: wellUs - endUs }),
      uncertaintyUs,
      why: wordsOf(first, wellUs, fault),
    },
    wellUs,
    own,
  };
}

/** How far the end of an episode may be from the truth, but for the width of a bin. */
function doubtUsOf({ wellUs = 0, lastBadUs, atLeastUs, atMostUs }: Episode): number {
  return Math.max(wellUs - lastBadUs, atMostUs - lastBadUs, lastBadUs - atLeastUs);
}

/** Those that begin while it is in force, and those that follow its end without a long quiet between. */
function ownEpisodes(
  { endUs = Number.POSITIVE_INFINITY, askedUs }: FaultTimes,
  all: readonly Episode[],
  settleUs: number,
): Episode[] {
  const own: Episode[] = [];
  for (const episode of all) {
    const harmedUs = (own.at(-1)?.lastBadUs ?? askedUs) - (own[0]?.fromUs ?? askedUs);
    const quietUs = Math.max(settleUs, Math.min(harmedUs, longestQuietUs));
    if (episode.fromUs > Math.max(endUs, own.at(-1)?.lastBadUs ?? 0) + quietUs) break;
    own.push(episode);
  }
  return own;
}

function withoutHarm({ startUs = 0, endUs = startUs }: FaultTimes, { untilUs }: Horizon, settleUs: number): Recovery {
  const seenUs = untilUs - endUs;
  if (seenUs < settleUs)
    return {
      state: 'cannot-tell',
      why: `users saw nothing of it for ${inSeconds(Math.max(0, untilUs - startUs))}, and ${inSeconds(settleUs)} after its end are needed to say more`,
    };
  return { state: 'no-harm', why: 'response times, errors and throughput stayed in the band of before' };
}

interface Endless {
  readonly last: Episode;
  readonly fault: FaultTimes;
  readonly horizon: Horizon;
  readonly settleUs: number;
  readonly quietUs: number;
}

/** Whether users were not well when it could last be seen, or for too short a time. */
function withoutEnd({ last, fault, horizon, settleUs, quietUs }: Endless): Recovery {
  const ended = endWords(horizon);
  const isWellNow = last.wellUs !== undefined && quietUs > settleUs / 4;
  if (isWellNow)
    return {
      state: 'cannot-tell',
      why: `back in the band of before for ${inSeconds(quietUs)} when ${ended}; ${inSeconds(settleUs)} are needed to say that it stays there`,
    };
  if (horizon.cut === 'rate') return { state: 'cannot-tell', why: `not back in the band of before when ${ended}` };
  const since =
    fault.endUs === undefined
      ? 'it was in force to the last'
      : `${inSeconds(Math.max(0, horizon.untilUs - fault.endUs))} after its end`;
  return { state: 'not-recovered', why: `not back in the band of before when ${ended}, ${since}` };
}

function endWords(horizon: Horizon): string {
  switch (horizon.cut) {
    case 'load':
      return 'the load ended';
    case 'run':
      return 'the run was cut off';
    case 'rate':
      return 'the load went on to another rate, for which no band is known';
    case 'fault':
      return `${horizon.by} began`;
  }
}

function wordsOf(firstUs: number, wellUs: number, { startUs = 0, endUs }: FaultTimes): string {
  const back = `response p99, errors and throughput were back in the band of before ${inSeconds(firstUs - startUs)} after it began`;
  if (endUs === undefined) return `${back}, while it was in force, and stayed there`;
  if (wellUs <= endUs) return `${back}, ${inSeconds(endUs - wellUs)} before its end, and stayed there`;
  if (firstUs < wellUs)
    return `${back}, and, after its end did harm once more, ${inSeconds(wellUs - endUs)} after that`;
  return `${back}, ${inSeconds(wellUs - endUs)} after its end, and stayed there`;
}

/** Microseconds as seconds, for people. */
function inSeconds(us: number): string {
  return `${(us / 1e6).toFixed(Math.abs(us) < 9_995_000 ? 2 : 1)} s`;
}

/** When profiles are due: at times that follow from a target's name, so that many targets are spread and a restart changes nothing. */
import type { CollectOutcome } from '../../model/collect-status.ts';
import { shareOf } from './hash.ts';

/** How often, how uneven, and which of all possible spreads. */
export interface Rhythm {
  readonly intervalMs: number;
  /** Share of the interval by which each time is moved, from 0 to below 1. */
  readonly jitter: number;
  readonly seed: number;
}

/** The first time after `afterMs` at which what is called `name` is due; milliseconds since 1970. */
export function nextRegularMs(name: string, { intervalMs, jitter, seed }: Rhythm, afterMs: number): number {
  const phase = shareOf(name, seed);
  const timeOf = (round: number) =>
    Math.round((round + phase + jitter * (shareOf(`${name} ${round}`, seed) - 0.5)) * intervalMs);
  // The jitter moves a time by less than half an interval, so the one before this may still lie ahead.
  let round = Math.floor(afterMs / intervalMs - phase) - 1;
  while (timeOf(round) <= afterMs) round++;
  return timeOf(round);
}

const busyFirstMs = 5000;
/** A type that a program does not have comes with another version of it, so it is asked for no more than every hour or 20 rounds. */
const absentRounds = 20;
const absentLeastMs = 3_600_000;
const longestBackOffMs = 600_000;

/** What came of the last tries: how, how often in a row, and when the last one ended. */
export interface Tried {
  readonly outcome: CollectOutcome;
  /** With this same outcome, one after the other. */
  readonly times: number;
  readonly endMs: number;
}

/**
 * When to try again. What answered is due in its rhythm; another profiler that is at work is tried soon again, at twice the pause each time;
 * what failed misses 0, 1, 2, 4, … rounds, up to ten minutes; what is not there is asked for rarely.
 */
export function nextTryMs(name: string, rhythm: Rhythm, { outcome, times, endMs }: Tried): number {
  const { intervalMs } = rhythm;
  const regular = (skippedMs: number) => nextRegularMs(name, rhythm, endMs + skippedMs);
  switch (outcome) {
    case 'ok':
    case 'empty':
      return regular(0);
    case 'busy': {
      const soonMs = busyFirstMs * 2 ** Math.min(times - 1, 20) * (1 + shareOf(`${name} busy ${times}`, rhythm.seed));
      return Math.min(endMs + Math.round(soonMs), regular(0));
    }
    case 'absent':
      return regular(Math.max(absentLeastMs, absentRounds * intervalMs));
    default: {
      if (times <= 1) return regular(0);
      const missedMs = intervalMs * 2 ** Math.min(times - 2, 20);
      return regular(Math.min(missedMs, Math.max(longestBackOffMs, intervalMs)));
    }
  }
}

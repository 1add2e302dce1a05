/** Whether what a run came to has been scraped: counts of its last seconds are lost to whoever scrapes too late. */
import { setTimeout as delay } from 'node:timers/promises';

/** Told of every scrape and of the end. */
export interface LastScrape {
  scraped(): void;
  end(): void;
  /** How long a scrape is waited for at most, known when the run has ended. */
  readonly waitMs: number;
  /** Whether the run has ended and one is still waited for. */
  readonly isAwaited: boolean;
  /** Resolves at the first scrape after the end, or when none is to be expected any more. */
  last(signal?: AbortSignal): Promise<void>;
}

/** Of somebody who has scraped once nobody knows how often that will be: as often as Prometheus does by itself, and a little. */
const usualMs = 20_000;
const longestMs = 90_000;
const patience = 1.5;

/** Waits for at most `keepMs`; without that one and a half times as long as scrapes were apart, and not where nobody scraped. */
export function createLastScrape(keepMs: number | undefined, nowMs: () => number): LastScrape {
  const times: number[] = [];
  const seen = new AbortController();
  let waitMs = 0;
  let isOver = false;
  return {
    scraped: () => {
      times.push(nowMs());
      if (isOver) seen.abort();
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      waitMs = keepMs ?? waitOf(times);
    },
    get waitMs() {
      return waitMs;
    },
    get isAwaited() {
      return waitMs > 0 && !seen.signal.aborted;
    },
    last: async (signal) => {
      if (waitMs === 0 || seen.signal.aborted) return;
      const until = AbortSignal.any(signal ? [seen.signal, signal] : [seen.signal]);
      await delay(waitMs, undefined, { signal: until }).catch(() => undefined);
    },
  };
}

function waitOf(times: readonly number[]): number {
  if (times.length === 0) return 0;
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.length === 0 ? usualMs : Math.min(longestMs, patience * Math.max(...gaps));
}

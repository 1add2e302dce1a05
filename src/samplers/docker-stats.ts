/** Follows the statistics of one container. The Docker engine reads them once per second, and holds back whoever asks more often. */
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { createAlignment } from './clock-alignment.ts';
import { type ContainerUse, readContainerStats } from './container-stats.ts';

/**
 * Whom to tell what, each stamped with when the engine read it, on our clock; `onFailure` is told of every interval in which nothing could
 * be read.
 */
export interface StatsFollower {
  readonly target: string;
  readonly source: string;
  readonly everyMs: number;
  /** Whether it is known not to be there: that nothing can be read of it then is no failure. */
  isAway(): boolean;
  onUse(use: ContainerUse, atUs: number): void;
  onFailure(message: string, atUs: number): void;
}

/** The engine's own interval jitters; an answer this much early still counts for its time. */
const earlyMs = 500;
/** Stamps have nanoseconds, of which we keep microseconds. */
const resolutionUs = 1;

/** Follows until closed, and begins again, with the container of that moment, when the engine ends the stream or cannot be reached. */
export function followStats(
  read: (signal: AbortSignal) => Promise<AsyncIterable<string>>,
  follower: StatsFollower,
  context: Pick<SamplerContext, 'clock' | 'signal' | 'emit'>,
): OpenSampler {
  const { clock } = context;
  const closing = new AbortController();
  const stop = AbortSignal.any([context.signal, closing.signal]);
  const { align, relation } = createAlignment(resolutionUs);
  let nextUs = 0;
  const onText = (text: string) => {
    const atUs = clock.nowUs();
    if (stop.aborted || atUs < nextUs || follower.isAway()) return;
    nextUs = atUs + (follower.everyMs - earlyMs) * 1000;
    try {
      const use = readContainerStats(JSON.parse(text));
      follower.onUse(use, align(use.readUs - clock.originWallMs * 1000, atUs));
    } catch (error) {
      follower.onFailure(messageOf(error), atUs);
    }
  };

  async function follow(): Promise<void> {
    while (!stop.aborted) {
      try {
        for await (const text of await read(stop)) onText(text);
      } catch (error) {
        if (!stop.aborted && !follower.isAway()) follower.onFailure(messageOf(error), clock.nowUs());
      }
      await clock.sleep(follower.everyMs, stop).catch(() => undefined);
    }
  }

  const following = follow();
  return {
    async close() {
      closing.abort();
      await following;
      const { target, source } = follower;
      const told = relation();
      if (told) context.emit({ kind: 'clock', atUs: clock.nowUs(), target, source, ...told });
    },
  };
}

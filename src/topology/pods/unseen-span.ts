/** The times in which something may have gone unseen, from what is heard of it. */
import type { Clock } from '../../model/host.ts';

/** From when, until when where that is known, microseconds, and why. */
export interface UnseenSpan {
  readonly atUs: number;
  readonly untilUs?: number | undefined;
  readonly message: string;
}

/** Told what is heard; it tells each span twice, as soon as it is known and when it is over. */
export interface UnseenSpans {
  /** All up to now is known, by what may break off again at once (`list`), or surely. */
  known(by: 'list' | 'watch'): void;
  /** From the last moment that is known on nothing is; the first reason of a span counts. */
  lost(message: string): void;
  /** Nothing more will be heard: a span that is open ends now, or when all was last known. */
  end(): void;
}

/** All is known up to now. */
export function createUnseenSpans(clock: Pick<Clock, 'nowUs'>, tell: (span: UnseenSpan) => void): UnseenSpans {
  let knownUs = clock.nowUs();
  let open: UnseenSpan | undefined;
  const close = (untilUs: number) => {
    if (open) tell({ ...open, untilUs: open.untilUs ?? untilUs });
    open = undefined;
  };
  return {
    known: (by) => {
      const nowUs = clock.nowUs();
      if (by === 'watch') close(nowUs);
      else if (open) open = { ...open, untilUs: open.untilUs ?? nowUs };
      knownUs = nowUs;
    },
    lost: (message) => {
      // What was known for a moment within it is no news of what came after.
      if (open) open = { atUs: open.atUs, message: open.message };
      else {
        open = { atUs: knownUs, message };
        tell(open);
      }
    },
    end: () => close(clock.nowUs()),
  };
}

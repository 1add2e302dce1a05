/** How long arrivals are under way, counted as requests times time: nothing of it comes from a latency. */

/** The time that the arrivals of one step were under way, summed over them: the step, microseconds. */
export type TimeUnderWay = readonly [step: number, us: number];

/** Counts what is under way, by the step it was due in; times in microseconds of one clock. */
export interface TimesUnderWay {
  /** An arrival fell due at `dueUs`, which the generator noticed at `nowUs`: it has been under way since it was due. */
  began(step: number, dueUs: number, nowUs: number): void;
  ended(step: number, nowUs: number): void;
  /** The time since this was last asked, of steps that had any. */
  take(nowUs: number): TimeUnderWay[];
}

/** Nothing is under way yet. */
export function createTimesUnderWay(): TimesUnderWay {
  const steps = new Map<number, { open: number; us: number; lastUs: number }>();
  const grown = (step: number, nowUs: number) => {
    let own = steps.get(step);
    if (!own) {
      own = { open: 0, us: 0, lastUs: nowUs };
      steps.set(step, own);
    }
    own.us += own.open * (nowUs - own.lastUs);
    own.lastUs = nowUs;
    return own;
  };
  return {
    began(step, dueUs, nowUs) {
      const own = grown(step, nowUs);
      own.open++;
      own.us += nowUs - dueUs;
    },
    ended(step, nowUs) {
      grown(step, nowUs).open--;
    },
    take(nowUs) {
      return [...steps.keys()].flatMap((step): TimeUnderWay[] => {
        const own = grown(step, nowUs);
        const us = Math.round(own.us);
        // What rounding leaves is told the next time.
        own.us -= us;
        return us === 0 ? [] : [[step, us]];
      });
    },
  };
}

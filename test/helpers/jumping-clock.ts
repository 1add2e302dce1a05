/** A clock on which nobody waits: to sleep is to be there at once, so that what comes in time does not depend on the machine. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/model/host.ts';

/** Each look at it takes ten microseconds. For one sleeper: two would each move it on. */
export function jumpingClock(): Clock {
  let us = 0;
  return {
    originHrUs: 0,
    originWallMs: 0,
    nowUs() {
      us += 10;
      return us;
    },
    async sleep(ms, signal) {
      await setImmediate();
      signal?.throwIfAborted();
      us += ms * 1000;
    },
  };
}

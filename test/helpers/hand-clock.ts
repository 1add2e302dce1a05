/** A clock that stands still until it is moved by hand, for tests of what happens at its times. */
import type { Clock } from '../../src/model/host.ts';

interface Sleeper {
  readonly untilUs: number;
  wake(): void;
}

/** At 0; `pass` moves it on by so many milliseconds and lets everything happen that is due by then, in its order. */
export function handClock(): Clock & { pass(ms: number): Promise<void> } {
  let nowUs = 0;
  const sleepers = new Set<Sleeper>();
  // What a step of a promise brings about may take several more.
  const settle = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    originHrUs: 0,
    originWallMs: 0,
    nowUs: () => nowUs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          untilUs: nowUs + Math.max(0, ms) * 1000,
          wake: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
      }),
    async pass(ms) {
      const endUs = nowUs + ms * 1000;
      for (;;) {
        await settle();
        const [next] = [...sleepers].toSorted((one, other) => one.untilUs - other.untilUs);
        if (!next || next.untilUs > endUs) break;
        nowUs = next.untilUs;
        sleepers.delete(next);
        next.wake();
      }
      nowUs = endUs;
    },
  };
}

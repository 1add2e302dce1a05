/** Lets only so many pieces of work be under way at a time; the others wait in the order in which they came. */

/** Runs work when its turn comes; rejects with the signal's reason where that is aborted before. */
export interface Gate {
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** A gate with so many places. */
export function createGate(places: number): Gate {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    async run(work, signal) {
      if (taken >= places) await new Promise<void>((resolve) => waiting.push(resolve));
      else taken += 1;
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else taken -= 1;
      }
    },
  };
}

/** Looks that are repeated, never two at once. */

/** Goes on until `end`. */
export interface Repeating {
  /** Looks now, or as soon as the look under way is over. */
  soon(): void;
  end(): void;
}

/** Looks `ms` after each look has ended; a look must not reject. */
export function repeating(ms: number, look: () => Promise<void>): Repeating {
  let timer = setTimeout(run, ms);
  let isLooking = false;
  let isAsked = false;
  let isEnded = false;
  function run(): void {
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
      if (!isEnded) timer = setTimeout(run, isAsked ? 0 : ms);
      isAsked = false;
    });
  }
  return {
    soon: () => {
      isAsked = isLooking;
      if (isLooking || isEnded) return;
      clearTimeout(timer);
      timer = setTimeout(run, 0);
    },
    end: () => {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}

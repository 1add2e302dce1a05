/** Lines for people while many things may change at once: so many in a while, and how many there were besides. */

const mostLines = 20;
const whileMs = 10_000;

/** Tells lines; of too many in a while only how many they were, before the next one and at `end`. */
export interface News {
  tell(line: string): void;
  end(): void;
}

/** Every line goes to `out` unless it is one too many. */
export function createNews(out: (line: string) => void, nowMs: () => number): News {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let untold = 0;
  const catchUp = () => {
    if (untold > 0) out(`and ${untold} more lines like these: the status has all of it`);
    untold = 0;
  };
  return {
    tell: (line) => {
      if (nowMs() - sinceMs >= whileMs) {
        catchUp();
        sinceMs = nowMs();
        lines = 0;
      }
      lines += 1;
      if (lines <= mostLines) out(line);
      else untold += 1;
    },
    end: catchUp,
  };
}

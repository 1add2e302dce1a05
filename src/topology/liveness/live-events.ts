/**
 * Lines and stops of a running topology: held until somebody listens, then passed on; the last lines of each target kept for error
 * messages.
 */
import type { LogLine, TargetChange, TargetExit, Unsubscribe } from '../../model/topology.ts';

/** Lines kept per target. */
const keptLines = 200;
/** Lines held while nobody listens, of all targets together; some 50 MB. */
const mostHeld = 200_000;
/** GODEBUG=schedtrace and gctrace: they would be all that is left of a target that says once why it cannot start. */
const ofTrace = /^(?:SCHED \d+ms: |gc \d+ @[\d.]+s )/;

/** Where an engine puts what its targets print and when they stop, and where a run listens. */
export interface LiveEvents {
  line(line: LogLine): void;
  exit(exit: TargetExit): void;
  change(change: TargetChange): void;
  /** The first listener is given everything since the start. */
  onLog(listener: (line: LogLine) => void): Unsubscribe;
  /** See `onLog`. */
  onChange(listener: (change: TargetChange) => void): Unsubscribe;
  /** The last `count` lines of a target, oldest first, without those that the runtime prints because rampart wants them. */
  lastLines(target: string, count: number): readonly string[];
}

/** Starts with no listener and no line; holds `most` lines at most, and says of each target how many more it printed. */
export function createLiveEvents(most = mostHeld): LiveEvents {
  const lines = createHeld<LogLine>();
  const changes = createHeld<TargetChange>();
  const lost = new Map<string, { first: LogLine; count: number }>();
  const kept = new Map<string, string[]>();
  let count = 0;
  return {
    line: (line) => {
      keep(kept, line);
      count += lines.isHolding() ? 1 : 0;
      if (!lines.isHolding() || count <= most) return lines.give(line);
      const { target } = line;
      lost.set(target, { first: lost.get(target)?.first ?? line, count: (lost.get(target)?.count ?? 0) + 1 });
    },
    exit: (exit) => changes.give({ event: 'exit', ...exit }),
    change: changes.give,
    onLog: (listener) => {
      const wasHolding = lines.isHolding();
      const unsubscribe = lines.listen(listener);
      if (wasHolding) for (const { first, count: more } of lost.values()) listener(lostLines(first, more));
      return unsubscribe;
    },
    onChange: changes.listen,
    lastLines: (target, wanted) => kept.get(target)?.slice(-wanted) ?? [],
  };
}

interface Held<T> {
  isHolding(): boolean;
  give(item: T): void;
  listen(listener: (item: T) => void): Unsubscribe;
}

/** What comes before the first listener goes to it. */
function createHeld<T>(): Held<T> {
  const listeners = new Set<(item: T) => void>();
  let held: T[] | undefined = [];
  return {
    isHolding: () => held !== undefined,
    give: (item) => {
      held?.push(item);
      for (const listener of listeners) listener(item);
    },
    listen: (listener) => {
      for (const item of held ?? []) listener(item);
      held = undefined;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function lostLines(first: LogLine, count: number): LogLine {
  return {
    ...first,
    stream: 'stderr',
    text: `rampart: ${count} lines printed from here on, before the run began, were not kept`,
  };
}

function keep(kept: Map<string, string[]>, { target, text }: LogLine): void {
  if (ofTrace.test(text)) return;
  const lines = kept.get(target) ?? [];
  lines.push(text);
  // Cut in larger pieces, so that a talkative target does not shift the array at every line.
  if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines);
  kept.set(target, lines);
}

/** Lines and stops of a running topology: passed on as they happen, the last lines of each target kept for error messages. */
import type { LogLine, TargetExit, Unsubscribe } from '../model/topology.ts';

/** Lines kept per target. */
const keptLines = 200;

/** Where an engine puts what its targets print and when they stop, and where a run listens. */
export interface LiveEvents {
  line(line: LogLine): void;
  exit(exit: TargetExit): void;
  onLog(listener: (line: LogLine) => void): Unsubscribe;
  onExit(listener: (exit: TargetExit) => void): Unsubscribe;
  /** The last `count` lines of a target, oldest first. */
  lastLines(target: string, count: number): readonly string[];
}

/** Starts with no listener and no line. */
export function createLiveEvents(): LiveEvents {
  const logListeners = new Set<(line: LogLine) => void>();
  const exitListeners = new Set<(exit: TargetExit) => void>();
  const kept = new Map<string, string[]>();
  return {
    line: (line) => {
      keep(kept, line);
      for (const listener of logListeners) listener(line);
    },
    exit: (exit) => {
      for (const listener of exitListeners) listener(exit);
    },
    onLog: (listener) => subscribe(logListeners, listener),
    onExit: (listener) => subscribe(exitListeners, listener),
    lastLines: (target, count) => kept.get(target)?.slice(-count) ?? [],
  };
}

function keep(kept: Map<string, string[]>, { target, text }: LogLine): void {
  const lines = kept.get(target) ?? [];
  lines.push(text);
  // Cut in larger pieces, so that a talkative target does not shift the array at every line.
  if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines);
  kept.set(target, lines);
}

function subscribe<T>(listeners: Set<T>, listener: T): Unsubscribe {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

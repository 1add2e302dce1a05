/** What targets print, on the run's clock, from the first byte: heard at once, and held until everybody who wants it is there. */
import type { LogLine, RunningTopology, Unsubscribe } from '../model/topology.ts';

/** One subscription of a topology, for several listeners. */
export interface LineFan {
  /** Everything so far and from now on; once `release` was called, from now on. */
  onLog(listener: (line: LogLine) => void): Unsubscribe;
  /** Nobody else will ask for what was printed before. */
  release(): void;
  close(): void;
}

/** Listens from now on; `shiftUs` is taken off every stamp, so that what was printed before the run's clock began has a negative one. */
export function openLineFan(topology: Pick<RunningTopology, 'onLog'>, shiftUs: number): LineFan {
  const listeners = new Set<(line: LogLine) => void>();
  let held: LogLine[] | undefined = [];
  const close = topology.onLog((line) => {
    const onOurs = { ...line, atUs: line.atUs - shiftUs };
    held?.push(onOurs);
    for (const listener of listeners) listener(onOurs);
  });
  return {
    onLog: (listener) => {
      for (const line of held ?? []) listener(line);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    release: () => {
      held = undefined;
    },
    close,
  };
}

/** The listener without what was printed before the run's clock began: series start with the clock. */
export function sinceStart(listener: (line: LogLine) => void): (line: LogLine) => void {
  return (line) => {
    if (line.atUs >= 0) listener(line);
  };
}

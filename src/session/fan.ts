/** What a topology tells from its start, heard once and given to everybody who wants it: held until they are all there. */
import type { LogLine, Unsubscribe } from '../model/topology.ts';

/** One subscription of a topology, for several listeners. */
export interface Fan<Told> {
  /** Everything so far and from now on; once `release` was called, from now on. */
  on(listener: (told: Told) => void): Unsubscribe;
  /** Nobody else will ask for what was told before. */
  release(): void;
  close(): void;
}

/** Listens from now on. */
export function openFan<Told>(subscribe: (listener: (told: Told) => void) => Unsubscribe): Fan<Told> {
  const listeners = new Set<(told: Told) => void>();
  let held: Told[] | undefined = [];
  const close = subscribe((told) => {
    held?.push(told);
    for (const listener of listeners) listener(told);
  });
  return {
    on: (listener) => {
      for (const told of held ?? []) listener(told);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    release: () => {
      held = undefined;
    },
    close,
  };
}

/** The listener on a clock that began `shiftUs` after that of the topology: what was told before has a negative time. */
export function shifted<Told extends { readonly atUs: number; readonly untilUs?: number | undefined }>(
  listener: (told: Told) => void,
  shiftUs: number,
): (told: Told) => void {
  return (told) => {
    const until = told.untilUs === undefined ? {} : { untilUs: told.untilUs - shiftUs };
    listener({ ...told, atUs: told.atUs - shiftUs, ...until });
  };
}

/** The listener without what was printed before the run's clock began: series start with the clock. */
export function sinceStart(listener: (line: LogLine) => void): (line: LogLine) => void {
  return (line) => {
    if (line.atUs >= 0) listener(line);
  };
}

/** When stamps go out on the line to the echo: at random, as often in every stretch of a load, whatever else goes on in it. */
import { seededUniform } from '../../model/random.ts';
import { lineStates, type StampLine, stampBytes } from '../echo/echo-line.ts';
import type { Write } from './armed-ring.ts';

/** Enough for the slowest hundredth of a step of ten seconds; one costs some 50 us of processor time, in three threads. */
const stampsPerSecond = 100;

/** What goes out on a line; times in microseconds of the schedule. */
export interface Stamps {
  /** When the next is due; `Infinity` where there is no line. */
  readonly dueUs: number;
  /** Sends all that are due, each with its own due time: what could not be sent in time is late, not left out. */
  send(nowUs: number): void;
}

/** The stamps of a line from `startUs` on: a Poisson process, so that they see what the mean moment sees (Wolff 1982, "PASTA"). */
export function createStamps(line: StampLine | undefined, startUs: number, seed: number, write: Write): Stamps {
  const uniform = seededUniform(seed);
  const stamp = new Float64Array(2);
  const bytes = new Uint8Array(stamp.buffer);
  const next = (us: number) => us - (Math.log(uniform()) * 1_000_000) / stampsPerSecond;
  let dueUs = line ? next(startUs) : Number.POSITIVE_INFINITY;
  return {
    get dueUs() {
      return dueUs;
    },
    send(nowUs) {
      for (; line && dueUs <= nowUs; dueUs = next(dueUs)) {
        stamp[0] = dueUs;
        stamp[1] = nowUs;
        const { fd, state } = line;
        if (Atomics.compareExchange(state, 0, lineStates.open, lineStates.writing) !== lineStates.open) continue;
        write(fd, bytes, 0, stampBytes);
        Atomics.store(state, 0, lineStates.open);
      }
    },
  };
}

/** Arrivals that wait for any connection, first come first served. */
import type { Arrival } from '../accounts/arrival.ts';

/** The line; arrivals that stopped waiting are passed over. */
export interface WaitingLine {
  readonly length: number;
  push(arrival: Arrival): void;
  /** The one that has waited longest, or undefined; it leaves the line. */
  shift(): Arrival | undefined;
  /** Says that an arrival in the line stopped waiting; its state must say so as well. */
  left(): void;
}

/** Places already served are cut off the front in blocks, so that a long line is not moved at every step. */
const cutAt = 1024;

/** An empty line. */
export function createWaitingLine(): WaitingLine {
  let places: (Arrival | undefined)[] = [];
  let head = 0;
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(arrival) {
      places.push(arrival);
      length++;
    },
    shift() {
      while (head < places.length) {
        const arrival = places[head];
        places[head++] = undefined;
        if (head >= cutAt && head * 2 >= places.length) {
          places = places.slice(head);
          head = 0;
        }
        if (arrival?.state !== 'waiting') continue;
        length--;
        return arrival;
      }
      return undefined;
    },
    left() {
      length--;
    },
  };
}

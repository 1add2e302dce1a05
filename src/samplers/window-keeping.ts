/** Which windows of a flight recorder are kept: those in which the client saw its slowest responses, and as many others. */
import type { LoadMessage } from '../model/load.ts';
import { seededUniform } from '../model/random.ts';

/** One window, by its number. */
interface BegunWindow {
  readonly number: number;
  readonly atUs: number;
  readonly untilUs: number;
}

/** What is to become of it, and the slowest response that decided it. */
export interface WindowVerdict {
  readonly number: number;
  readonly kept: 'slow' | 'ordinary' | 'no';
  readonly slowestUs: number | undefined;
}

/** The windows of one target in one step, each of which is dropped as soon as it cannot be among those kept. */
export interface WindowKeeping {
  /** A window begins: what is known of it may come before its end. */
  begin(window: BegunWindow): void;
  /** It came to nothing. */
  forget(number: number): void;
  /** Something became known of the load. */
  add(message: LoadMessage): void;
  /** Those that are dropped by now: a minute after a window, what the client saw in it counts as known. */
  dropped(nowUs: number): WindowVerdict[];
  /** The load is over: those that are dropped at last, and those that are kept. */
  end(): WindowVerdict[];
}

interface Candidate extends BegunWindow {
  slowestUs: number | undefined;
}

/** An arrival may wait so long for its answer, and its window be no less slow. */
const settledUs = 60_000_000;
const tenthUs = 100_000;

/**
 * Keeps the `slowest` windows with the slowest response to an arrival that was due in them, and as many of the others by lot, each as
 * likely as any; where fewer than twice as many were taken, all, the slower half of which counts as slow.
 */
export function createWindowKeeping(slowest: number, seed: number): WindowKeeping {
  const uniform = seededUniform(seed);
  const waiting: Candidate[] = [];
  const slow: Candidate[] = [];
  const ordinary: Candidate[] = [];
  let others = 0;

  /** Puts one where it belongs; returns what is dropped for it. */
  function settle(candidate: Candidate): Candidate[] {
    const place = slow.findIndex((each) => isSlower(candidate, each));
    slow.splice(place === -1 ? slow.length : place, 0, candidate);
    const other = slow.length > slowest ? slow.pop() : undefined;
    return other ? drawLot(other) : [];
  }

  /** Algorithm R of Vitter's Random Sampling with a Reservoir, 1985: each of the others is kept with the same chance. */
  function drawLot(other: Candidate): Candidate[] {
    others++;
    if (ordinary.length < slowest) {
      ordinary.push(other);
      return [];
    }
    const place = Math.floor(uniform() * others);
    if (place >= slowest) return [other];
    return ordinary.splice(place, 1, other);
  }

  function settleUntil(us: number): Candidate[] {
    const dropped: Candidate[] = [];
    while (waiting[0] && waiting[0].untilUs <= us) {
      const [first] = waiting.splice(0, 1);
      if (first) dropped.push(...settle(first));
    }
    return dropped;
  }

  return {
    begin: (window) => void waiting.push({ ...window, slowestUs: undefined }),
    forget(number) {
      const place = waiting.findIndex((each) => each.number === number);
      if (place !== -1) waiting.splice(place, 1);
    },
    add: (message) => raise(waiting, message),
    dropped: (nowUs) => settleUntil(nowUs - settledUs).map(verdict('no')),
    end() {
      const dropped = settleUntil(Number.POSITIVE_INFINITY);
      // The ones that were pushed out are no slower than those that stayed.
      const kept = [...slow, ...ordinary];
      const half = Math.min(slowest, Math.ceil(kept.length / 2));
      const isEach = others < slowest;
      const ranked = isEach ? kept.sort((a, b) => (isSlower(a, b) ? -1 : 1)) : kept;
      return [
        ...dropped.map(verdict('no')),
        ...ranked.slice(0, half).map(verdict('slow')),
        ...ranked.slice(half).map(verdict('ordinary')),
      ];
    },
  };
}

function verdict(kept: WindowVerdict['kept']) {
  return ({ number, slowestUs }: Candidate): WindowVerdict => ({ number, kept, slowestUs });
}

/** Of two alike, the later one. */
function isSlower(a: Candidate, b: Candidate): boolean {
  const [one, other] = [a.slowestUs ?? -1, b.slowestUs ?? -1];
  return one === other ? a.number > b.number : one > other;
}

/** Tenths of a second that lie within a window wholly, or but for how late it began. */
function raise(waiting: readonly Candidate[], message: LoadMessage): void {
  if (message.kind !== 'window') return;
  const { dueUs, responsePeaksUs = [] } = message;
  for (const candidate of waiting) {
    if (candidate.untilUs <= dueUs || candidate.atUs >= dueUs + 10 * tenthUs) continue;
    for (const [index, peakUs] of responsePeaksUs.entries()) {
      const middleUs = dueUs + (index + 0.5) * tenthUs;
      if (peakUs === null || middleUs < candidate.atUs || middleUs >= candidate.untilUs) continue;
      candidate.slowestUs = Math.max(candidate.slowestUs ?? 0, peakUs);
    }
  }
}

/** Requests that lie ready for the metronome thread to send: slots in shared memory, each claimed by one thread only. */

/** Shared by the two threads; the n-th arrival of the schedule has slot n modulo the number of slots. */
export interface ArmedRing {
  /** Of each slot: which arrival it is for, and how far that has got. */
  readonly states: Int32Array;
  /** The file descriptor of the socket to write to. */
  readonly fds: Int32Array;
  /** Bytes of the request, and how many of them were written; or the negative number of the error. */
  readonly sizes: Int32Array;
  readonly written: Int32Array;
  /** When writing began. */
  readonly sentUs: Float64Array;
  /** The requests, `slotBytes` for each. */
  readonly bytes: Uint8Array;
  /** How many arrivals the metronome has come to, and how many are no longer for it. */
  readonly reached: Int32Array;
  readonly passed: Int32Array;
}

/** At 10,000 arrivals a second the metronome goes on for 3 ms without the other thread. */
export const slotCount = 32;

/** A longer request is not for the metronome. */
export const slotBytes = 4096;

/** Free also when it was taken back; the other states in the order in which they come. */
const states = { free: 0, armed: 1, writing: 2, written: 3 } as const;
type State = (typeof states)[keyof typeof states];

const slotOf = (arrival: number) => arrival % slotCount;
const wordOf = (arrival: number, state: State) => (arrival << 2) | state;

/** A ring in which nothing is armed. */
export function createArmedRing(): ArmedRing {
  const words = (count: number) => new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  return {
    states: words(slotCount),
    fds: words(slotCount),
    sizes: words(slotCount),
    written: words(slotCount),
    sentUs: new Float64Array(new SharedArrayBuffer(slotCount * Float64Array.BYTES_PER_ELEMENT)),
    bytes: new Uint8Array(new SharedArrayBuffer(slotCount * slotBytes)),
    reached: words(1),
    passed: words(1),
  };
}

/** Lays a request ready; false when its slot is still in use or the metronome has already come to this arrival without it. */
export function arm(ring: ArmedRing, arrival: number, fd: number, bytes: Uint8Array): boolean {
  const slot = slotOf(arrival);
  if ((Atomics.load(ring.states, slot) & 3) === states.writing) return false;
  ring.fds[slot] = fd;
  ring.sizes[slot] = bytes.length;
  ring.bytes.set(bytes, slot * slotBytes);
  Atomics.store(ring.states, slot, wordOf(arrival, states.armed));
  // Either the metronome, which says first where it is and then looks, sees what was stored, or this sees where it is.
  return Atomics.load(ring.reached, 0) <= arrival || !disarm(ring, arrival);
}

/** Takes an armed request back; false when the metronome writes it or has written it. */
export function disarm(ring: ArmedRing, arrival: number): boolean {
  const armed = wordOf(arrival, states.armed);
  return Atomics.compareExchange(ring.states, slotOf(arrival), armed, wordOf(arrival, states.free)) === armed;
}

/** The same, but after a false nothing more is written to the socket. */
export function revoke(ring: ArmedRing, arrival: number): boolean {
  if (disarm(ring, arrival)) return true;
  const writing = wordOf(arrival, states.writing);
  // Nobody notifies, it takes microseconds; the wait lets the other thread run where there is no second processor.
  while (Atomics.load(ring.states, slotOf(arrival)) === writing)
    Atomics.wait(ring.states, slotOf(arrival), writing, 0.01);
  return false;
}

/** Whether the metronome has done with an armed request. */
export function isWritten(ring: ArmedRing, arrival: number): boolean {
  return Atomics.load(ring.states, slotOf(arrival)) === wordOf(arrival, states.written);
}

/** Whether it has at least begun. */
export function isClaimed(ring: ArmedRing, arrival: number): boolean {
  const state = Atomics.load(ring.states, slotOf(arrival));
  return state === wordOf(arrival, states.writing) || state === wordOf(arrival, states.written);
}

/** When writing an arrival's request began. */
export function sentUsOf(ring: ArmedRing, arrival: number): number {
  return ring.sentUs[slotOf(arrival)] ?? 0;
}

/** How many bytes of an arrival's request were written, or the negative number of the error. */
export function writtenOf(ring: ArmedRing, arrival: number): number {
  return ring.written[slotOf(arrival)] ?? 0;
}

/** Whether an arrival's request lies ready. */
export function isArmed(ring: ArmedRing, arrival: number): boolean {
  return Atomics.load(ring.states, slotOf(arrival)) === wordOf(arrival, states.armed);
}

/** Tells the metronome that it need not come to the arrivals before this one. */
export function pass(ring: ArmedRing, arrival: number): void {
  Atomics.store(ring.passed, 0, arrival);
}

/** Whether somebody has told so of an arrival. */
export function isPassed(ring: ArmedRing, arrival: number): boolean {
  return arrival < Atomics.load(ring.passed, 0);
}

/** On the metronome's side: says that it has come to an arrival; whether its request lies ready. */
export function reach(ring: ArmedRing, arrival: number): boolean {
  Atomics.store(ring.reached, 0, arrival + 1);
  return isArmed(ring, arrival);
}

/** Writes `size` bytes from `from` on to a file descriptor; how many it took, or the negative number of its error. */
export type Write = (fd: number, bytes: Uint8Array, from: number, size: number) => number;

/** Sends an armed request; false when it was taken back. */
export function send(ring: ArmedRing, arrival: number, nowUs: number, write: Write): boolean {
  const slot = slotOf(arrival);
  const armed = wordOf(arrival, states.armed);
  ring.sentUs[slot] = nowUs;
  if (Atomics.compareExchange(ring.states, slot, armed, wordOf(arrival, states.writing)) !== armed) return false;
  ring.written[slot] = write(ring.fds[slot] ?? -1, ring.bytes, slot * slotBytes, ring.sizes[slot] ?? 0);
  Atomics.store(ring.states, slot, wordOf(arrival, states.written));
  return true;
}

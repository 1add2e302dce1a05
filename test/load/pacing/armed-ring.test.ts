import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  arm,
  createArmedRing,
  disarm,
  isArmed,
  isClaimed,
  isPassed,
  isWritten,
  pass,
  reach,
  revoke,
  send,
  sentUsOf,
  slotCount,
  writtenOf,
} from '../../../src/load/pacing/armed-ring.ts';

const request = Buffer.from('GET / HTTP/1.1\r\n\r\n');
const all = (_fd: number, _bytes: Uint8Array, _from: number, size: number) => size;

it('hands the bytes and the socket of an armed arrival to who sends it, and says when that was', () => {
  const ring = createArmedRing();
  expect(arm(ring, 40, 7, request)).toBe(true);
  expect(isArmed(ring, 40)).toBe(true);
  const written: unknown[] = [];
  const write = (fd: number, bytes: Uint8Array, from: number, size: number) => {
    written.push([fd, Buffer.from(bytes.subarray(from, from + size)).toString()]);
    return 5;
  };
  expect(send(ring, 40, 1234.5, write)).toBe(true);
  expect(written).toEqual([[7, request.toString()]]);
  expect([isWritten(ring, 40), sentUsOf(ring, 40), writtenOf(ring, 40)]).toEqual([true, 1234.5, 5]);
});

it('writes nothing of what was taken back', () => {
  const ring = createArmedRing();
  arm(ring, 3, 7, request);
  expect(disarm(ring, 3)).toBe(true);
  expect(reach(ring, 3)).toBe(false);
  expect(send(ring, 3, 1, () => expect.unreachable())).toBe(false);
});

it('takes nothing back and reuses no slot while it is written', () => {
  const ring = createArmedRing();
  arm(ring, 3, 7, request);
  send(ring, 3, 1, (_fd, _bytes, _from, size) => {
    expect([isClaimed(ring, 3), isWritten(ring, 3)]).toEqual([true, false]);
    expect(disarm(ring, 3)).toBe(false);
    expect(arm(ring, 3 + slotCount, 8, request)).toBe(false);
    return size;
  });
  expect(revoke(ring, 3)).toBe(false);
  expect(arm(ring, 3 + slotCount, 8, request)).toBe(true);
});

it('arms nothing that the metronome has come to already', () => {
  const ring = createArmedRing();
  expect(reach(ring, 3)).toBe(false);
  expect(arm(ring, 3, 7, request)).toBe(false);
  expect(arm(ring, 4, 7, request)).toBe(true);
});

it('tells the metronome which arrivals are no longer for it', () => {
  const ring = createArmedRing();
  pass(ring, 5);
  expect([4, 5].map((arrival) => isPassed(ring, arrival))).toEqual([true, false]);
});

/** What the two threads may do in any order, each checked against what was done before. */
function checkedRing() {
  const ring = createArmedRing();
  const armed = new Set<number>();
  const seen = new Set<number>();
  let reached = 0;
  const isSlotFree = (arrival: number) => ![...armed].some((other) => (other - arrival) % slotCount === 0);
  const takeBack = (how: typeof revoke) => (arrival: number) => expect(how(ring, arrival)).toBe(armed.delete(arrival));
  return {
    arm(arrival: number) {
      if (seen.has(arrival) || !isSlotFree(arrival)) return;
      expect(arm(ring, arrival, arrival, request)).toBe(arrival >= reached);
      if (arrival < reached) return;
      seen.add(arrival);
      armed.add(arrival);
    },
    disarm: takeBack(disarm),
    revoke: takeBack(revoke),
    send(arrival: number) {
      if (arrival < reached) return;
      reached = arrival + 1;
      expect(reach(ring, arrival)).toBe(armed.has(arrival));
      expect(send(ring, arrival, 0, all)).toBe(armed.delete(arrival));
    },
  };
}

it('sends each arrival once or has it taken back once, whoever comes first', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom('arm' as const, 'disarm' as const, 'revoke' as const, 'send' as const), fc.nat(80)),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const ring = checkedRing();
      for (const [step, arrival] of taken) ring[step](arrival);
    }),
  );
});

import { expect, it } from 'vitest';
import { type Arrival, createArrival } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { createArmedRing, reach, send } from '../../../src/load/pacing/armed-ring.ts';
import { Lookahead } from '../../../src/load/pacing/lookahead.ts';
import type { WireRequest } from '../../../src/load/requests/wire-request.ts';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import type { LentConnection } from '../../../src/load/transport/lending.ts';
import { constantStep } from '../load-run.ts';

/** 1,000 arrivals a second, due at 500, 1500, ... us; the test plays the metronome on a clock of its own. */
function stage({ connections = 3, sizes = [] as number[] } = {}) {
  const schedule = { steps: [constantStep(1000, 1000)], arrivals: 'uniform', seed: 1, startUs: 0 } as const;
  const window = new Windows().plan(0, 0);
  let rendered = 0;
  const render = (): WireRequest => {
    const bytes = Buffer.alloc(sizes[rendered] ?? 20, `${rendered++ % 10}`);
    return {
      index: 0,
      bytes,
      isHead: false,
      isLast: false,
      isRepeatable: true,
      statuses: [],
      wantedBody: undefined,
      label: '',
      visit: undefined,
    };
  };
  const ring = createArmedRing();
  const all: LentConnection[] = Array.from({ length: connections }, (_, n) => ({ fd: n, lentFor: -1 }));
  const free = all.toReversed();
  /** What happened, in order. */
  const told: string[] = [];
  const enter = (_step: number, dueUs: number, nowUs: number, request: WireRequest) => {
    told.push(`due ${dueUs} at ${nowUs}`);
    return createArrival(dueUs, window, request);
  };
  const lender = {
    lendTo: () => free.pop(),
    giveBack: (connection: LentConnection) => void free.push(connection),
    carry: ({ fd }: LentConnection, { dueUs }: Arrival, sentUs: number, written: number) =>
      told.push(`carry ${dueUs} on ${fd} at ${sentUs}, ${written} bytes`),
    dispatch: ({ dueUs }: Arrival) => told.push(`dispatch ${dueUs}`),
  };
  const clock = { nowUs: 0 };
  const lookahead = new Lookahead({
    cursor: arrivalCursor(schedule),
    nextRequest: render,
    accounts: { fellDue: enter },
    arming: { ring, lender },
    clock: () => clock.nowUs,
  });
  return {
    ...{ lookahead, ring, all, free, told, clock },
    /** The metronome comes to an arrival; which socket it writes to. */
    reachAt(arrival: number, atUs: number, takes = Number.POSITIVE_INFINITY) {
      if (!reach(ring, arrival)) return 'not armed';
      let to = -1;
      send(ring, arrival, atUs, (fd, _bytes, _from, size) => {
        to = fd;
        return Math.min(size, takes);
      });
      return to;
    },
  };
}

it('arms the next arrivals, as many as there are free connections, and enters what was sent when it was sent', () => {
  const { lookahead, reachAt, told, free } = stage();
  lookahead.arm(0);
  expect(free).toEqual([]);
  expect([reachAt(0, 502), reachAt(1, 1501), reachAt(2, 2500), reachAt(3, 3500)]).toEqual([0, 1, 2, 'not armed']);
  lookahead.settle();
  expect(told).toEqual([
    ...['due 500 at 502', 'carry 500 on 0 at 502, 20 bytes'],
    ...['due 1500 at 1501', 'carry 1500 on 1 at 1501, 20 bytes'],
    ...['due 2500 at 2500', 'carry 2500 on 2 at 2500, 20 bytes'],
  ]);
  expect(lookahead.dueUs).toBe(3500);
});

it('keeps connections for no more than the next 20 ms', () => {
  const { lookahead, free } = stage({ connections: 50 });
  lookahead.arm(0);
  expect(free.length).toBe(30);
});

it('takes an armed arrival that the metronome has not sent in time, and gives its connection back', () => {
  const { lookahead, reachAt, told, free } = stage({ connections: 1 });
  lookahead.arm(0);
  expect(lookahead.dueUs).toBe(500);
  expect(lookahead.take(900)?.dueUs).toBe(500);
  expect(free.length).toBe(1);
  expect(reachAt(0, 901)).toBe('not armed');
  expect(told).toEqual(['due 500 at 900']);
});

it('never has anything written to a connection that is closing, and sends its arrival on the next one', () => {
  const { lookahead, reachAt, all, free } = stage({ connections: 3 });
  lookahead.arm(0);
  for (const connection of all.slice(0, 1)) lookahead.lentClosing(connection);
  // What falls due first gets a connection first; here the last arrival is left without.
  lookahead.arm(0);
  expect(free).toEqual([]);
  const sent = [reachAt(0, 500), reachAt(1, 1500), reachAt(2, 2500)];
  expect(sent).not.toContain(0);
  expect(sent).toEqual([expect.any(Number), expect.any(Number), 'not armed']);
});

it('yields the connection of what falls due last, and takes the next free one for it', () => {
  const { lookahead, reachAt, free } = stage({ connections: 3 });
  lookahead.arm(0);
  expect(lookahead.yieldLast()).toBe(true);
  expect(free).toMatchObject([{ fd: 2, lentFor: -1 }]);
  lookahead.arm(0);
  expect(free).toEqual([]);
  expect([lookahead.yieldLast(), lookahead.yieldLast()]).toEqual([true, true]);
  expect([reachAt(0, 500), reachAt(1, 1500), reachAt(2, 2500)]).toEqual([0, 'not armed', 'not armed']);
  expect(lookahead.yieldLast()).toBe(false);
});

it('hands a connection that closes behind its request over with the arrival', () => {
  const { lookahead, reachAt, told, all } = stage({ connections: 1 });
  lookahead.arm(0);
  reachAt(0, 500);
  for (const connection of all) lookahead.lentClosing(connection);
  expect(told).toEqual(['due 500 at 500', 'carry 500 on 0 at 500, 20 bytes']);
  expect(all).toEqual([{ fd: 0, lentFor: -1 }]);
});

it('hands over how much was written when it was not everything', () => {
  const { lookahead, reachAt, told } = stage({ connections: 1 });
  lookahead.arm(0);
  reachAt(0, 500, 7);
  lookahead.settle();
  expect(told).toEqual(['due 500 at 500', 'carry 500 on 0 at 500, 7 bytes']);
});

it('takes an answer that comes before the metronome has said that it has written', () => {
  const { lookahead, ring, told, all } = stage({ connections: 1 });
  lookahead.arm(0);
  send(ring, 0, 500, (_fd, _bytes, _from, size) => {
    lookahead.settle();
    expect(told).toEqual([]);
    for (const connection of all) lookahead.lentHeard(connection);
    return size;
  });
  expect(told).toEqual(['due 500 at 500', 'carry 500 on 0 at 500, 20 bytes']);
});

it('does not take what comes unasked for an answer', () => {
  const { lookahead, told, all } = stage({ connections: 1 });
  lookahead.arm(0);
  for (const connection of all) lookahead.lentHeard(connection);
  expect(told).toEqual([]);
  expect(all).toEqual([{ fd: 0, lentFor: 0 }]);
});

it('dispatches what the metronome has left out before it enters what came after', () => {
  const { lookahead, reachAt, told, clock, all } = stage({ connections: 2 });
  lookahead.arm(0);
  clock.nowUs = 1510;
  reachAt(1, 1505);
  for (const connection of all.slice(1)) lookahead.lentHeard(connection);
  expect(told).toEqual(['due 500 at 1510', 'dispatch 500', 'due 1500 at 1505', 'carry 1500 on 1 at 1505, 20 bytes']);
});

it('arms neither a request that is too long for its place nor what comes after it', () => {
  const { lookahead, reachAt, free } = stage({ connections: 3, sizes: [20, 5000, 20] });
  lookahead.arm(0);
  expect(free.length).toBe(2);
  expect([reachAt(0, 500), reachAt(1, 1500)]).toEqual([0, 'not armed']);
  lookahead.settle();
  expect(lookahead.take(1500)?.request.bytes.length).toBe(5000);
  lookahead.arm(1500);
  expect(free.length).toBe(0);
});

it('renders requests once and in the order of arrivals', () => {
  const { lookahead } = stage({ connections: 2, sizes: [1, 2, 5000, 4, 5] });
  lookahead.arm(0);
  lookahead.arm(0);
  const sizes = [500, 1500, 2500, 3500, 4500].map((us) => lookahead.take(us)?.request.bytes.length);
  expect(sizes).toEqual([1, 2, 5000, 4, 5]);
});

it('counts what is due when it is stopped, and has nothing sent any more', () => {
  const { lookahead, reachAt, told } = stage({ connections: 3 });
  lookahead.arm(0);
  reachAt(0, 500);
  lookahead.stop(1700);
  expect(told).toEqual(['due 500 at 500', 'carry 500 on 0 at 500, 20 bytes', 'due 1500 at 1700']);
  expect([reachAt(1, 1800), reachAt(2, 2500)]).toEqual(['not armed', 'not armed']);
});

it('counts what is still in the schedule as well', () => {
  const { lookahead, told } = stage({ connections: 1 });
  lookahead.arm(0);
  lookahead.stop(3500);
  expect(told).toEqual(['due 500 at 3500', 'due 1500 at 3500', 'due 2500 at 3500', 'due 3500 at 3500']);
});

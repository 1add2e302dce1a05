import { expect, it } from 'vitest';
import { createArrival } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { Dispatcher } from '../../../src/load/pacing/dispatcher.ts';
import { Lookahead } from '../../../src/load/pacing/lookahead.ts';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import { constantStep } from '../load-run.ts';

const request = {
  index: 0,
  bytes: Buffer.alloc(0),
  isHead: false,
  isLast: false,
  isRepeatable: true,
  statuses: [],
  wantedBody: undefined,
  label: '',
  visit: undefined,
};

/** A dispatcher of 1,000 arrivals a second on a clock of the test's own, and the times at which it sent them. */
function dispatcherOf(rps: number, seconds: number) {
  let nowUs = 0;
  const sentUs: number[] = [];
  const dueUs: number[] = [];
  const window = new Windows().plan(0, 0);
  const schedule = { steps: [constantStep(rps, seconds * 1000)], arrivals: 'uniform', seed: 1, startUs: 0 } as const;
  const clock = () => nowUs;
  const fellDue = (_step: number, due: number) => {
    dueUs.push(due);
    return createArrival(due, window, request);
  };
  const cursor = arrivalCursor(schedule);
  const lookahead = new Lookahead({
    cursor,
    nextRequest: () => request,
    accounts: { fellDue },
    arming: undefined,
    clock,
  });
  const dispatcher = new Dispatcher(lookahead, { dispatch: () => sentUs.push(nowUs) }, clock);
  return {
    sentUs,
    dueUs,
    wakeAt(us: number) {
      nowUs = us;
      dispatcher.dispatchDue();
    },
    stop: () => dispatcher.stop(),
  };
}

it('sends each arrival at the first call after its due time', () => {
  const { wakeAt, sentUs } = dispatcherOf(1000, 1);
  for (let us = 0; us <= 1_000_000; us += 250) wakeAt(us);
  expect(sentUs.length).toBe(1000);
  expect(sentUs.every((us, n) => us === 500 + 1000 * n)).toBe(true);
});

it('sends what fell due between two calls together', () => {
  const { wakeAt, sentUs } = dispatcherOf(10_000, 1);
  wakeAt(1000);
  expect(sentUs.length).toBe(10);
});

it('makes up for a stall of its own at twice the pace of the schedule, and then keeps it again', () => {
  const { wakeAt, sentUs } = dispatcherOf(1000, 1);
  for (let us = 0; us <= 100_000; us += 1000) wakeAt(us);
  const sentBefore = sentUs.length;
  for (let us = 300_000; us <= 1_000_000; us += 1000) wakeAt(us);
  expect(sentUs.length).toBe(1000);
  const sentFrom = (fromUs: number, toUs: number) => sentUs.filter((us) => us >= fromUs && us < toUs).length;
  expect(sentFrom(300_000, 301_000)).toBeLessThanOrEqual(3);
  for (let us = 301_000; us < 490_000; us += 10_000) {
    expect(Math.abs(sentFrom(us, us + 10_000) - 20)).toBeLessThanOrEqual(1);
  }
  expect(sentBefore + sentFrom(300_000, 510_000)).toBeGreaterThanOrEqual(509);
  for (let us = 510_000; us < 990_000; us += 10_000) expect(sentFrom(us, us + 10_000)).toBe(10);
});

it('does not wait for the gap between two overdue arrivals longer than half of it', () => {
  const { wakeAt, sentUs } = dispatcherOf(10, 2);
  for (let us = 0; us <= 100_000; us += 10_000) wakeAt(us);
  for (let us = 1_000_000; us <= 1_500_000; us += 10_000) wakeAt(us);
  const gaps = sentUs.slice(2).map((us, n) => us - (sentUs[n + 1] ?? 0));
  expect(gaps.slice(0, 5).every((gap) => gap <= 50_000)).toBe(true);
});

it('counts what is overdue when it is stopped, without sending it', () => {
  const { wakeAt, stop, sentUs, dueUs } = dispatcherOf(1000, 1);
  wakeAt(500);
  wakeAt(100_000);
  stop();
  wakeAt(200_000);
  expect(dueUs.length).toBe(100);
  expect(sentUs.length).toBeLessThan(100);
});

it('is not behind where the metronome is sending: a stall afterwards is made up for from its own beginning', () => {
  let nowUs = 0;
  let isSending = true;
  const sentUs: number[] = [];
  const window = new Windows().plan(0, 0);
  const lookahead = {
    dueUs: 500,
    settle: () => {},
    arm: () => {},
    stop: () => {},
    take: () => {
      if (isSending) return undefined;
      const arrival = createArrival(lookahead.dueUs, window, request);
      lookahead.dueUs += 1000;
      return arrival;
    },
  };
  const dispatcher = new Dispatcher(lookahead, { dispatch: () => sentUs.push(nowUs) }, () => nowUs);
  nowUs = 501;
  dispatcher.dispatchDue();
  isSending = false;
  nowUs = 300_000;
  dispatcher.dispatchDue();
  // The burst that is allowed at any time, two milliseconds of the schedule.
  expect(sentUs.length).toBe(3);
});

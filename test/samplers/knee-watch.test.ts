import { expect, test } from 'vitest';
import type { LoadMessage } from '../../src/model/load.ts';
import { createKneeWatch } from '../../src/samplers/knee-watch.ts';
import { answered } from './load-messages.ts';

const steps = ['warm-up', 'low', 'middle', 'high'].map((name, index) => ({
  name,
  measure: index > 0,
  startUs: index * 1e6,
  endUs: (index + 1) * 1e6,
}));

function sent(step: number, due: number, count: number): LoadMessage {
  const still = { completed: 0, inFlight: 0, waiting: 0, connections: 0, opened: 0, cpuPercent: 0, loopUtilisation: 0 };
  return { kind: 'tick', atUs: (step + 1) * 1e6, lengthUs: 1e6, step, due, sent: count, ...still };
}

/** The knee by these messages, asked step after step. */
function kneeOf(...messages: readonly LoadMessage[]): readonly string[] {
  const told: string[] = [];
  const watch = createKneeWatch(steps, 3, (name, why) => told.push(`${name}: ${why}`));
  for (const [step] of steps.entries()) {
    for (const message of messages) if ('step' in message && message.step === step) watch.add(message);
    if (steps[step]?.measure) watch.at(step);
  }
  expect(watch.seen()).toBe(told.length > 0);
  return told;
}

test('the knee is the first measured step whose p99 is so many times that of the one before', () => {
  const told = kneeOf(answered(1, 500, 2000), answered(2, 500, 5900), answered(3, 500, 40_000));
  expect(told).toEqual([
    expect.stringMatching(/^high: its p99 is 40\.\d ms, over 3 times the 5\.9 ms of the step before$/),
  ]);
});

test('a step that falls behind its schedule is the knee, also the first', () => {
  expect(kneeOf(sent(1, 1000, 980))).toEqual(['low: it sent 980 of the 1000 arrivals that were due']);
});

test('what was answered in the warm-up, and too few answers, say nothing', () => {
  expect(kneeOf(answered(0, 500, 100), answered(1, 500, 2000), answered(2, 99, 90_000))).toEqual([]);
});

test('a step is judged once: what becomes known later does not change what is traced', () => {
  const watch = createKneeWatch(steps, 3, () => undefined);
  for (const message of [answered(1, 500, 2000), answered(2, 500, 2000)]) watch.add(message);
  expect(watch.at(2)).toBeUndefined();
  watch.add(answered(2, 500, 90_000));
  expect(watch.at(2)).toBeUndefined();
  watch.add(answered(3, 500, 900_000));
  expect(watch.at(3)).toBeDefined();
  expect(watch.at(2)).toBeUndefined();
});

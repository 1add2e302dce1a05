import { expect, test } from 'vitest';
import type { StepResult } from '../../../src/model/run-result.ts';
import { besideTime } from '../../../src/report/words/beside-time.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const decomposition = {
  step: 'high',
  responseMeanUs: 100_000,
  parts: [{ what: 'sleeps', target: 'api-1', site: 'example.com/shop/api.find', us: 95_000 }],
  notExplainedUs: 5000,
};
const mean = (value: number) => ({ mean: value, min: value, max: value, last: value });

function stepOf(change: Partial<StepResult>): StepResult {
  return { ...sampleResult().steps[1]!, gc: [], ...change };
}

test('a step in which nothing stood still has nothing to add', () => {
  const targets = { 'api-1': { 'container.throttled_percent': mean(0.2), 'go.cpu_gc_percent': mean(3) } };
  expect(besideTime(decomposition, stepOf({ targets }), undefined)).toEqual([]);
  expect(besideTime(decomposition, undefined, undefined)).toEqual([]);
});

test('a CPU limit that stopped targets is told by the one that it stopped most', () => {
  const targets = {
    'api-1': { 'container.throttled_percent': mean(12) },
    'api-2': { 'container.throttled_percent': mean(63.3) },
  };
  expect(besideTime(decomposition, stepOf({ targets }), undefined)).toEqual([
    'In this step the CPU limit stopped api-2 in 63.3 % of the periods in which it ran, and 1 more target less: whatever a request did there, it stood still.',
  ]);
});

test("garbage collection is told by the runtime's own counters before those of its trace", () => {
  const gc = [
    { target: 'api-1', cycles: 9, cyclesPerSecond: 3, forced: 0, cpuPercent: 50, assistPercent: 0, pausePercent: 7 },
  ];
  const counted = { 'api-1': { 'go.cpu_gc_percent': mean(42.3) } };
  expect(besideTime(decomposition, stepOf({ gc, targets: counted }), undefined)).toEqual([
    'In this step garbage collection took 42.3 % of the CPU that GOMAXPROCS allows api-1.',
    'In this step all of api-1 stood still for garbage collection 7 % of the time.',
  ]);
  expect(besideTime(decomposition, stepOf({ gc, targets: {} }), undefined)[0]).toContain('took 50 %');
});

test('much that is not explained is said to be what no look found', () => {
  const [sentence] = besideTime({ ...decomposition, notExplainedUs: 60_000 }, undefined, undefined);
  expect(sentence).toMatch(/^Not explained is time in which no look at goroutines found the request/);
});

test('a cause that takes no time of a request is not to be looked for in the bar', () => {
  const leak = { ...sampleResult().findings[0]!, share: undefined, site: 'example.com/shop/api.leak.func1' };
  expect(besideTime(decomposition, undefined, leak)).toEqual([
    'What was found first, at api.leak.func1, is none of these parts.',
  ]);
  expect(besideTime(decomposition, undefined, { ...leak, site: 'example.com/shop/api.find' })).toEqual([]);
  expect(besideTime(decomposition, undefined, { ...leak, share: 0.4 })).toEqual([]);
});

import { expect, test } from 'vitest';
import { parseOldGcLine } from '../../../src/goruntime/lines/old-gc.ts';

test.each([
  [
    'Go 1.1',
    'gc12(4): 1+2+0 ms, 12 -> 6 MB 1015 -> 516 (2017-1501) objects, 3(7) handoff, 1(2) steal, 9/4/1 yields',
    { cycle: 12, procs: 4, pauseMs: 3, heapStartMib: 12, heapLiveMib: 6, objects: 516, goroutines: undefined },
  ],
  [
    'Go 1.3',
    'gc1(1): 1+0+134+2 us, 3 -> 1 MB, 21 (21-0) objects, 15/0/0 sweeps, 0(0) handoff, 0(0) steal, 0/0/0 yields',
    { cycle: 1, procs: 1, pauseMs: 0.137, heapStartMib: 3, heapLiveMib: 1, objects: 21, goroutines: undefined },
  ],
  [
    'Go 1.4',
    'gc1(1): 2+0+197+0 us, 0 -> 0 MB, 21 (21-0) objects, 2 goroutines, 15/0/0 sweeps, 0(0) handoff, 0(0) steal, 0/0/0 yields',
    { cycle: 1, procs: 1, pauseMs: 0.199, heapStartMib: 0, heapLiveMib: 0, objects: 21, goroutines: 2 },
  ],
])('%s: the line is read', (_, text, value) => {
  expect(parseOldGcLine(text)).toEqual({ value, end: text.length });
});

test('a line that was cut before its last word is none', () => {
  expect(
    parseOldGcLine('gc1(1): 1+0+134+2 us, 3 -> 1 MB, 21 (21-0) objects, 15/0/0 sweeps, 0(0) handoff'),
  ).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGcLine } from '../../../src/goruntime/lines/gc.ts';
import { gcLines } from './runtime-lines.ts';

test('a line of every Go version gives back the values it was printed from', () => {
  fc.assert(
    fc.property(gcLines, ({ text, value }) => {
      expect(parseGcLine(text)).toEqual({ value, end: text.length });
    }),
  );
});

test('the five clock times of Go 1.5 are three pauses and two concurrent phases', () => {
  const text =
    'gc 7 @0.118s 2%: 0.016+1.1+0.10+2.4+0.30 ms clock, 0.065+1.1+0+0.5/2.4/0.1+1.2 ms cpu, 4->5->2 MB, 5 MB goal, 4 P';
  expect(parseGcLine(text)?.value).toMatchObject({ pauseMs: 0.416, markMs: 3.5, assistCpuMs: 0.5, idleCpuMs: 0.1 });
  expect(parseGcLine(text)?.value.cpuMs).toBeCloseTo(0.065 + 1.1 + 0 + 0.5 + 2.4 + 1.2);
});

test.each([17_592_186_044_415, 8_796_093_022_207, 8_532_210_231_541])(
  'a goal of %d MB is how a runtime prints that there is none',
  (goal) => {
    const text = `gc 1 @0.1s 0%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, ${goal} MB goal, 2 P (forced)`;
    expect(parseGcLine(text)?.value).toMatchObject({ heapGoalMib: undefined, forced: true });
  },
);

test.each([
  ['a missing pause', 'gc 1 @0.1s 0%: 0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, 2 P'],
  ['a time that is no number', 'gc 1 @0.1s 0%: 0+1.2.3+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, 2 P'],
  ['no end', 'gc 1 @0.1s 0%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, '],
])('a line with %s is none', (_, text) => {
  expect(parseGcLine(text)).toBeUndefined();
});

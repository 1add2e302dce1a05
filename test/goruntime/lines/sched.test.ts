import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedLine } from '../../../src/goruntime/lines/sched.ts';
import { schedLines } from './runtime-lines.ts';

test('a line of every Go version gives back the values it was printed from', () => {
  fc.assert(
    fc.property(schedLines, ({ text, value }) => {
      expect(parseSchedLine(text)).toEqual({ value, end: text.length });
    }),
  );
});

test('a key that is not known yet is kept as it was printed', () => {
  const text = 'SCHED 5ms: gomaxprocs=1 idleprocs=0 threads=3 parked=7 idlethreads=1 runqueue=0 [0]';
  expect(parseSchedLine(text)?.value.other).toEqual({ parked: '7' });
});

test('a list that is not as long as gomaxprocs is not a whole line', () => {
  const text = 'SCHED 5ms: gomaxprocs=2 idleprocs=0 threads=3 idlethreads=1 runqueue=0 [0]';
  expect(parseSchedLine(text)).toBeUndefined();
});

test('a line without its run queues is not a whole line', () => {
  expect(parseSchedLine('SCHED 5ms: gomaxprocs=2 idleprocs=0 threads=3 idlethreads=1 runqueue=0')).toBeUndefined();
});

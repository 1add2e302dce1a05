import { expect, it } from 'vitest';
import { orderedStates } from '../../../src/analysis/traces/request-order.ts';
import { type StateMark, splitOf } from '../../../src/analysis/traces/request-parts.ts';
import { placeOf } from '../../../src/analysis/traces/stack-place.ts';

const locked = placeOf(['sync.(*Mutex).Lock', 'main.hold', 'net/http.(*conn).serve']);

function mark(ns: number, state: StateMark['state'], reason = ''): StateMark {
  const place = state === 'Waiting' ? locked : undefined;
  return { ns, state, place, reason, isAssisting: false, procs: undefined };
}

it('stretches follow each other without a gap, and add up to what the parts say', () => {
  const marks = [mark(10, 'Running'), mark(30, 'Waiting', 'sync'), mark(80, 'Runnable'), mark(90, 'Running')];
  const { stretches, merged } = orderedStates(marks, 10, 100);
  expect(stretches).toEqual([
    { kind: 'running', site: '', fromNs: 0, ns: 20 },
    { kind: 'lock', site: 'sync.(*Mutex).Lock in main.hold', fromNs: 20, ns: 50 },
    { kind: 'runnable', site: '', fromNs: 70, ns: 10 },
    { kind: 'running', site: '', fromNs: 80, ns: 10 },
  ]);
  expect(merged).toBe(0);
  const running = splitOf(marks, 10, 100).parts.find(({ kind }) => kind === 'running');
  expect(running?.ns).toBe(30);
});

it('neighbours of one kind and place are one stretch', () => {
  const marks = [mark(0, 'Running'), mark(5, 'Running'), mark(9, 'Waiting', 'sync'), mark(12, 'Waiting', 'sync')];
  expect(orderedStates(marks, 0, 20).stretches.map(({ kind, ns }) => [kind, ns])).toEqual([
    ['running', 9],
    ['lock', 11],
  ]);
});

it('of too many stretches the shortest are parts of their neighbours, and how many is told', () => {
  const marks = Array.from({ length: 1000 }, (_, at) => [
    mark(at * 1000, 'Running'),
    mark(at * 1000 + 990, 'Waiting', 'sync'),
  ]).flat();
  const long = mark(1_000_000, 'Waiting', 'sync');
  const { stretches, merged, mergedNs } = orderedStates([...marks, long], 0, 2_000_000);
  expect(stretches.length).toBeLessThanOrEqual(40);
  expect(stretches.reduce((sum, { ns }) => sum + ns, 0)).toBe(2_000_000);
  expect(stretches.at(-1)).toMatchObject({ kind: 'lock', ns: expect.any(Number) });
  expect(stretches.at(-1)?.ns).toBeGreaterThanOrEqual(1_000_000);
  expect(merged).toBeGreaterThan(900);
  // What was drawn as running although it was waiting is 10 of each 1,000 ns.
  expect(mergedNs).toBeGreaterThan(9000);
  expect(mergedNs).toBeLessThanOrEqual(10_000);
});

it('many short waits among themselves are no part of the long run before them', () => {
  const waits = Array.from({ length: 200 }, (_, at) => [
    mark(1_000_000 + at * 1000, 'Waiting', 'sync'),
    mark(1_000_000 + at * 1000 + 900, 'Running'),
  ]).flat();
  const { stretches } = orderedStates([mark(0, 'Running'), ...waits, mark(1_200_000, 'Running')], 0, 2_200_000);
  const waited = stretches.reduce((sum, { kind, ns }) => (kind === 'lock' ? sum + ns : sum), 0);
  expect(waited).toBeGreaterThan(150_000);
});

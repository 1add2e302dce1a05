import { expect, test } from 'vitest';
import { parseExpvar, readExpvar } from '../../src/samplers/expvar.ts';

const look = (atSeconds: number, memstats: unknown) =>
  parseExpvar(atSeconds * 1e6, Buffer.from(JSON.stringify({ cmdline: ['/service'], memstats })));
const pauses = (...newest: readonly (readonly [at: number, ns: number])[]) => {
  const all = Array.from({ length: 256 }, () => 0);
  for (const [at, ns] of newest) all[at] = ns;
  return all;
};

test('MemStats become the series that /metrics would have given', () => {
  const before = look(10, { NextGC: 8, HeapInuse: 4, StackInuse: 2, NumGC: 255, PauseTotalNs: 1e6, PauseNs: pauses() });
  const after = look(12, {
    NextGC: 16,
    HeapInuse: 5,
    StackInuse: 3,
    NumGC: 259,
    PauseTotalNs: 5e6,
    PauseNs: pauses([255, 1e6], [0, 2e6], [1, 3e5], [2, 7e5], [3, 9e9]),
    TotalAlloc: 100,
    Mallocs: 7,
  });
  expect(readExpvar(before, undefined)).toEqual({
    'go.heap_goal_bytes': 8,
    'go.heap_inuse_bytes': 4,
    'go.stack_inuse_bytes': 2,
  });
  expect(readExpvar(after, before)).toEqual({
    'go.heap_goal_bytes': 16,
    'go.heap_inuse_bytes': 5,
    'go.stack_inuse_bytes': 3,
    'go.gc_cycles_per_second': 2,
    'go.gc_pause_seconds_per_second': expect.closeTo(0.002),
    'go.gc_pause_max_seconds': 0.002,
  });
});

test('a counter that fell is another process: no rate, no pause', () => {
  expect(readExpvar(look(2, { NumGC: 1, PauseNs: pauses([0, 1]) }), look(1, { NumGC: 5 }))).toEqual({});
});

test('where one counter fell, what has risen is of another process too', () => {
  const before = look(1, { NumGC: 5, TotalAlloc: 100 });
  expect(readExpvar(look(2, { NumGC: 1, TotalAlloc: 900 }), before)).toEqual({});
});

test('when more cycles ran than pauses are kept, the longest is not known', () => {
  expect(readExpvar(look(2, { NumGC: 300, PauseNs: pauses([1, 5]) }), look(1, { NumGC: 1 }))).toEqual({
    'go.gc_cycles_per_second': 299,
  });
});

test('something else than MemStats says so', () => {
  expect(() => look(1, undefined)).toThrow('has no memstats');
  expect(() => parseExpvar(1, Buffer.from('<html>'))).toThrow('answered no JSON: "<html>"');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gcShares as gcOfSpans } from '../../../src/analysis/run/gc-share.ts';
import type { Series } from '../../../src/model/run-result.ts';

interface Told {
  readonly endS: number;
  readonly cpuMs: number;
  readonly markMs?: number;
  readonly pauseMs?: number;
  readonly assistMs?: number;
  readonly procs?: number;
  readonly forced?: boolean;
  readonly number?: number;
}

/** The series that the lines of these cycles make. */
function told(cycles: readonly Told[], target = 'a'): Series[] {
  const values: Record<string, (cycle: Told, index: number) => number> = {
    'gc.cycles': ({ number }, index) => number ?? index + 1,
    'gc.cpu_ms': ({ cpuMs }) => cpuMs,
    'gc.procs': ({ procs }) => procs ?? 2,
    'gc.assist_cpu_ms': ({ assistMs }) => assistMs ?? 0,
    'gc.pause_ms': ({ pauseMs }) => pauseMs ?? 0,
    'gc.mark_ms': ({ markMs }) => markMs ?? 0,
    'gc.forced': ({ forced }) => Number(forced ?? false),
  };
  return Object.entries(values).map(([name, value]) => {
    const points = cycles.map((cycle, index): [number, number] => [cycle.endS * 1e6, value(cycle, index)]);
    return { name, target, unit: '', source: 'gctrace', points };
  });
}
const seconds = (from: number, to: number) => ({ startUs: from * 1e6, endUs: to * 1e6 });
const gcShares = (span: ReturnType<typeof seconds>, series: readonly Series[]) => gcOfSpans([span], series)[0] ?? [];

test('the CPU of the cycles is a share of GOMAXPROCS times the time', () => {
  const cycle = { cpuMs: 100, assistMs: 40, pauseMs: 5, markMs: 45 };
  const series = told([
    { ...cycle, endS: 1 },
    { ...cycle, endS: 5, forced: true },
    { ...cycle, endS: 12 },
  ]);
  expect(gcShares(seconds(0, 10), series)).toEqual([
    { target: 'a', cycles: 2, cyclesPerSecond: 0.2, forced: 1, cpuPercent: 1, assistPercent: 0.4, pausePercent: 0.1 },
  ]);
});

test('a cycle over an edge counts on each side by its time there', () => {
  const series = told([{ endS: 10.25, cpuMs: 1000, markMs: 1000 }]);
  expect(gcShares(seconds(0, 10), series)).toMatchObject([{ cycles: 0, cpuPercent: 3.75 }]);
  expect(gcShares(seconds(10, 20), series)).toMatchObject([{ cycles: 1, cpuPercent: 1.25 }]);
});

test('GOMAXPROCS that changed in the step is counted for as long as it held', () => {
  const series = told([
    { endS: 0, cpuMs: 0, procs: 4 },
    { endS: 5, cpuMs: 300, procs: 2 },
  ]);
  expect(gcShares(seconds(0, 10), series)).toMatchObject([{ cpuPercent: 1 }]);
});

test('a step in which nothing was collected has zeros, a target without lines none at all', () => {
  const series = told([{ endS: 1, cpuMs: 10 }]);
  expect(gcShares(seconds(5, 6), series)).toMatchObject([{ cycles: 0, cyclesPerSecond: 0, cpuPercent: 0 }]);
  expect(gcShares(seconds(5, 6), [])).toEqual([]);
});

test('lines that are missing are told, and the numbers of a restarted process are not', () => {
  const at = (...numbers: number[]) => told(numbers.map((number, index) => ({ number, endS: index + 1, cpuMs: 1 })));
  expect(gcShares(seconds(0, 9), at(3, 4, 8))).toMatchObject([{ cycles: 3, lost: 3 }]);
  expect(gcShares(seconds(0, 9), at(3, 4, 1, 2))[0]).not.toHaveProperty('lost');
});

test('what adjoining stretches take adds up to what the whole takes', () => {
  const cycles = fc.array(
    fc.record({
      gapMs: fc.integer({ min: 0, max: 900 }),
      markMs: fc.integer({ min: 1, max: 900 }),
      cpuMs: fc.nat(2000),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(cycles, fc.integer({ min: 1, max: 9 }), (list, cutS) => {
      let atMs = 0;
      const series = told(
        list.map(({ gapMs, markMs, cpuMs }) => {
          atMs += gapMs + markMs;
          return { endS: atMs / 1000, markMs, cpuMs };
        }),
      );
      const sum = (from: number, to: number) =>
        ((gcShares(seconds(from, to), series)[0]?.cpuPercent ?? 0) * (to - from)) / 100;
      expect(sum(0, cutS) + sum(cutS, 30)).toBeCloseTo(sum(0, 30), 1);
      const total = list.reduce((ms, { cpuMs }) => ms + cpuMs, 0);
      expect(sum(0, 30)).toBeCloseTo(total / 1000 / 2, 1);
    }),
  );
});

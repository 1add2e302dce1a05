/** The arithmetic of the overhead benchmark on numbers whose answers are known. */
import { expect, it } from 'vitest';
import { off, offAgain } from './arms.ts';
import { difference, fellByAtMost, isDistinguishable, type Run, ratio, roseByAtMost } from './changes.ts';
import type { Figures } from './run-arm.ts';

const figures = (rps: number): Figures => ({
  ...{ rps, p50Us: 1, p99Us: 1, targetCpuUs: 1, rampartCpuUs: 1 },
  ...{ targetCpuMsPerS: 1, rampartCpuMsPerS: 1, bothCpuMsPerS: 2, othersCores: 0 },
});
const run = (round: number, arm: string, rps?: number): Run => ({
  ...{ round, arm, loop: 'closed', failures: [] },
  figures: rps === undefined ? undefined : figures(rps),
});
const throughput = { loop: 'closed', figure: 'rps' } as const;
/** Rounds of a machine whose speed drifts; `off again` is as far above `off` in one round as below in the next. */
const rounds = (count: number, of: (round: number, speed: number) => readonly Run[]) =>
  Array.from({ length: count }, (_, round) => of(round, 1000 * (1 + round))).flat();
const withNoise = (round: number, speed: number) => [
  run(round, off, speed),
  run(round, offAgain, speed * (round % 2 === 0 ? 1.02 : 1 / 1.02)),
];

it('finds a loss whatever the machine does from round to round', () => {
  const runs = rounds(8, (round, speed) => [...withNoise(round, speed), run(round, 'slow', speed * 0.9)]);
  const change = ratio(runs, 'slow', throughput);
  expect(change.rounds).toBe(8);
  expect(change.by).toBeCloseTo(-10, 1);
  expect(isDistinguishable(change, ratio(runs, offAgain, throughput))).toBe(true);
  expect(fellByAtMost(2, change)).toBe('no');
  expect(fellByAtMost(15, change)).toBe('yes');
});

it('does not take noise for a change', () => {
  const runs = rounds(8, withNoise);
  const noise = ratio(runs, offAgain, throughput);
  expect(noise.by).toBeCloseTo(0);
  expect(noise.low).toBeLessThan(-1.9);
  expect(noise.high).toBeGreaterThan(1.9);
  const small = { by: 1, low: 0.5, high: 1.5, rounds: 8 };
  expect(isDistinguishable(small, noise)).toBe(false);
  // Noise that lies to one side by chance is as large to the other.
  const oneSided = { by: -4, low: -8, high: -1, rounds: 8 };
  expect(isDistinguishable({ by: 5, low: 4, high: 6, rounds: 8 }, oneSided)).toBe(false);
  expect(isDistinguishable({ by: 9, low: 8.5, high: 10, rounds: 8 }, oneSided)).toBe(true);
});

it('cannot tell from few rounds', () => {
  const runs = rounds(5, (round, speed) => [...withNoise(round, speed), run(round, 'slow', speed * 0.5)]);
  const change = ratio(runs, 'slow', throughput);
  expect(change.by).toBeCloseTo(-50, 0);
  expect(isDistinguishable(change, ratio(runs, offAgain, throughput))).toBe(false);
  expect(fellByAtMost(2, change)).toBe('cannot tell');
});

it('counts a round with the one reference that is left, and leaves out an arm without figures', () => {
  const runs = [
    ...[run(0, off), run(0, offAgain, 100), run(0, 'arm', 50)],
    ...[run(1, off, 100), run(1, offAgain, 100), run(1, 'arm')],
    ...[run(2, off), run(2, offAgain), run(2, 'arm', 50)],
  ];
  const change = ratio(runs, 'arm', throughput);
  expect(change.rounds).toBe(1);
  expect(change.by).toBeCloseTo(-50);
});

it('says what comes on top in the unit of the figure', () => {
  const runs = rounds(6, (round, speed) => [...withNoise(round, speed), run(round, 'more', speed * 1.01 + 5)]);
  const { by, rounds: counted } = difference(runs, 'more', throughput);
  expect(counted).toBe(6);
  expect(by).toBeGreaterThan(5);
  const flat = rounds(6, (round) => [run(round, off, 100), run(round, offAgain, 100), run(round, 'more', 105)]);
  const change = difference(flat, 'more', throughput);
  expect(change).toEqual({ by: 5, low: 5, high: 5, rounds: 6 });
  expect([roseByAtMost(4, change), roseByAtMost(5, change)]).toEqual(['no', 'yes']);
});

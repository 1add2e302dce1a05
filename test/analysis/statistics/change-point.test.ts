import { expect, it } from 'vitest';
import { changePoint, type Point } from '../../../src/analysis/statistics/change-point.ts';
import { seededUniform } from '../../../src/model/random.ts';

const runs = 200;

/** Sum of twelve uniforms less six: near enough a normal one. */
function normal(uniform: () => number): number {
  return Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

function noise(uniform: () => number, levels: readonly number[]): Point[] {
  return levels.map((level, index) => [index * 1e6, level + normal(uniform)]);
}

it('finds the change of a level within its uncertainty, in 95 of 100 runs and more', () => {
  const uniform = seededUniform(1);
  const covered = Array.from({ length: runs }, () => {
    const change = changePoint(noise(uniform, [...Array(12).fill(10), ...Array(10).fill(13)]), uniform);
    return change && Math.abs(change.atUs - 11.5e6) <= change.uncertaintyUs;
  }).filter(Boolean);
  expect(covered.length).toBeGreaterThanOrEqual(0.93 * runs);
});

it('finds where a queue begins to grow within its uncertainty, in 9 of 10 runs and more', () => {
  const uniform = seededUniform(5);
  const levels = [...Array<number>(14).fill(5), ...Array.from({ length: 10 }, (_, index) => 5 + 6 * (index + 1))];
  const covered = Array.from({ length: runs }, () => {
    const change = changePoint(noise(uniform, levels), uniform);
    return change && Math.abs(change.atUs - 13e6) <= change.uncertaintyUs && change.uncertaintyUs < 3e6;
  }).filter(Boolean);
  expect(covered.length).toBeGreaterThanOrEqual(0.9 * runs);
});

it('is sharper where the change is larger', () => {
  const uniform = seededUniform(2);
  const [small, large] = [2, 8].map(
    (shift) => changePoint(noise(uniform, [...Array(20).fill(0), ...Array(20).fill(shift)]), uniform)?.uncertaintyUs,
  );
  expect(small).toBeGreaterThan(large ?? 0);
  expect(large).toBeLessThan(2e6);
});

it('sees a change in noise alone in about 1 of 100 runs', () => {
  const uniform = seededUniform(3);
  const seen = Array.from({ length: runs }, () => changePoint(noise(uniform, Array(20).fill(5)), uniform)).filter(
    Boolean,
  );
  expect(seen.length).toBeLessThanOrEqual(0.04 * runs);
});

it.each([
  ['too few points', [1, 1, 9, 9, 9]],
  ['a level that never moves', Array<number>(20).fill(7)],
])('has none in %s', (_, values) => {
  expect(
    changePoint(
      values.map((value, index): Point => [index, value]),
      seededUniform(4),
    ),
  ).toBeUndefined();
});

import { expect, it } from 'vitest';
import { armOrder } from '../../../src/analysis/rounds/arm-order.ts';

const rounds = Array.from({ length: 6000 }, (_, round) => round);

it('runs every arm once in each round, in each order about equally often', () => {
  const seen = new Map<string, number>();
  for (const round of rounds) {
    const order = armOrder(['a', 'b', 'c'], round, 7).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const times of seen.values()) expect(Math.abs(times - 1000)).toBeLessThan(150);
});

it('gives a round the same order again, whatever ran before, and other seeds other orders', () => {
  const orders = (seed: number) => rounds.slice(0, 64).map((round) => armOrder(['a', 'b'], round, seed).join(''));
  expect(orders(1)).toEqual(orders(1));
  expect(orders(1)).not.toEqual(orders(2));
  expect(armOrder(['a', 'b'], 40, 1).join('')).toBe(orders(1)[40]);
});

it('does not let the order of a round foretell the next', () => {
  const first = rounds.map((round) => (armOrder(['a', 'b'], round, 3)[0] === 'a' ? 1 : 0) as number);
  const repeats = first.filter((value, index) => index > 0 && value === first[index - 1]).length;
  expect(Math.abs(repeats / first.length - 0.5)).toBeLessThan(0.03);
});

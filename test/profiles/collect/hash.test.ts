import { describe, expect, it } from 'vitest';
import { isInShard, parseShard, shareOf } from '../../../src/profiles/collect/hash.ts';

const names = Array.from({ length: 2000 }, (_, index) => `shop/web-${index + 1}`);

describe('shards', () => {
  it('take each target exactly once between them, and nearly the same number each', () => {
    const shards = [1, 2, 3, 4, 5].map((number) => names.filter((name) => isInShard(name, { number, of: 5 })));
    expect(shards.flat().sort()).toEqual([...names].sort());
    for (const shard of shards) expect(Math.abs(shard.length - 400)).toBeLessThan(60);
  });

  it.each(['0/5', '6/5', '2/0', '2', '2/5/1', '-1/5', '1.5/5', ' 2/5', ''])('%j is none', (text) => {
    expect(parseShard(text)).toBeUndefined();
  });

  it('are written N/OF', () => {
    expect(parseShard('2/5')).toEqual({ number: 2, of: 5 });
    expect(parseShard('1/1')).toEqual({ number: 1, of: 1 });
  });
});

it('spreads names that differ in one digit evenly, and otherwise with another seed', () => {
  for (const seed of [1, 2]) {
    const tenths = new Array<number>(10).fill(0);
    for (const name of names) tenths[Math.floor(shareOf(name, seed) * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60);
  }
  expect(shareOf('a', 1)).toBe(shareOf('a', 1));
  expect(shareOf('a', 1)).not.toBe(shareOf('a', 2));
});

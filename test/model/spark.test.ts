import { expect, it } from 'vitest';
import { curve } from '../../src/model/spark.ts';

const axis = { fromS: 0, toS: 8, width: 8 };

it('has the greatest value of each column, the greatest of all as a full block', () => {
  const points = Array.from({ length: 17 }, (_, half) => [half / 2, half === 9 ? 14 : half % 2] as const);
  expect(curve(points, axis, false)).toBe('▂▂▂▂█▂▂▂');
});

it('holds a value until the next where it stands that long, and is blank else', () => {
  const points = [
    [1, 7],
    [5, 1],
  ] as const;
  expect(curve(points, axis, true)).toBe(' ████▂  ');
  expect(curve(points, axis, false)).toBe(' █   ▂  ');
});

it('draws nothing but the ground when all is zero', () => {
  expect(curve([[0, 0]], { ...axis, toS: 0 }, false)).toBe('▁       ');
});

import { expect, test } from 'vitest';
import { z } from 'zod';
import { intervalOption } from '../../src/samplers/interval-option.ts';

const option = intervalOption(100, '1s', 'how often');

test('a duration becomes milliseconds', () => {
  expect(option.parse('1m30s')).toEqual({ everyMs: 90_000 });
});

test.each([['99ms'], ['soon'], [5], [true], [null]])(
  '%s is refused with the least duration and an example',
  (value) => {
    expect(option.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([
      'must be a duration of at least 100ms (example: 1s)',
    ]);
  },
);

test('an editor is told what to write', () => {
  expect(z.toJSONSchema(option, { io: 'input' })).toMatchObject({ type: 'string', description: 'how often' });
});

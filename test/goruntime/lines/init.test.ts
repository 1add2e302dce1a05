import { expect, test } from 'vitest';
import { parseInitLine } from '../../../src/goruntime/lines/init.ts';

test('the line of a package says what its initialisation took', () => {
  const text = 'init crypto/internal/fips140 @0.92 ms, 0.006 ms clock, 480 bytes, 9 allocs';
  expect(parseInitLine(text)).toEqual({
    value: { package: 'crypto/internal/fips140', atMs: 0.92, clockMs: 0.006, bytes: 480, allocs: 9 },
    end: text.length,
  });
});

test('a line that was cut is none', () => {
  expect(parseInitLine('init os @0.78 ms, 0.024 ms clock, 416 by')).toBeUndefined();
});

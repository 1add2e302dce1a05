import { expect, it } from 'vitest';
import type { z } from 'zod';
import { traceOptions } from '../../src/samplers/trace-options.ts';

it('are the usual ones, or what is given of them', () => {
  expect(traceOptions.parse(true)).toEqual({ slowest: 20, windowMs: 1000, everyMs: 5000 });
  expect(traceOptions.parse({ slowest: 3, every: '10s' })).toEqual({ slowest: 3, windowMs: 1000, everyMs: 10_000 });
});

it.each([
  ['yes', 'must be true, or say which windows (example: { slowest: 20, window: 1s, every: 5s })'],
  [{ slowest: 0 }, 'must be a whole number from 1 to 200 (example: 20)'],
  [{ slowest: 1.5 }, 'must be a whole number from 1 to 200 (example: 20)'],
  [{ window: '50ms' }, 'must be a duration of 100 ms to 10 s (example: 1s)'],
  [{ window: 2 }, 'must be a duration of 100 ms to 10 s (example: 1s)'],
  [{ every: '500ms' }, 'must be a duration of at least 1 s (example: 5s)'],
  [
    { window: '3s', every: '3s' },
    'must leave 500 ms from the end of a window to the next (example: { window: 1s, every: 5s })',
  ],
])('%j is refused with what was expected', (value, message) => {
  expect(traceOptions.safeParse(value).error?.issues.flatMap(messages)).toContain(message);
});

/** Those of each way in which it could have been meant. */
function messages(issue: z.core.$ZodIssue): string[] {
  const ways = issue.code === 'invalid_union' ? issue.errors.flat().flatMap(messages) : [];
  return [issue.message, ...ways];
}

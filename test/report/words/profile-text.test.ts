import { expect, it } from 'vitest';
import { valueText } from '../../../src/report/words/inspect-text.ts';
import { amountText } from '../../../src/report/words/profile-text.ts';

it('time that many processes spent together may be longer than any answer takes', () => {
  const hours = 4 * 3600 * 1e9;
  expect(amountText(hours, 'nanoseconds')).toBe('14,400 s');
  expect(valueText(-hours, 'nanoseconds')).toBe('-14,400 s');
});

it.each([
  [1023.7 * 1024, '1 MiB'],
  [-2048, '-2 KiB'],
  [0, '0 B'],
])('%d bytes are %s', (bytes, text) => {
  expect(valueText(bytes, 'bytes')).toBe(text);
});

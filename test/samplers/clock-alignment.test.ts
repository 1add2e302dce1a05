import { expect, test } from 'vitest';
import { createAlignment } from '../../src/samplers/clock-alignment.ts';

test('a clock that is off is found from the line that was delayed least', () => {
  const { align, relation } = createAlignment(1000);
  const delaysUs = [900, 200, 5000, 300, 700];
  for (const [index, delayUs] of delaysUs.entries()) align(index * 1e6, 3e6 + index * 1e6 + delayUs);
  expect(align(10e6, 13e6 + 400)).toBe(13e6 + 200);
  expect(relation()).toMatchObject({ method: 'least-delay', offsetUs: 3e6 + 200, stamps: 6 });
});

test('its uncertainty is the resolution of their stamps and the delay of the median line after the quickest', () => {
  const { align, relation } = createAlignment(1000);
  for (const delayUs of [100, 100, 400, 600, 90_000]) align(0, delayUs);
  expect(relation()).toMatchObject({ offsetUs: 100, uncertaintyUs: 1300, typicalUs: 1300 });
});

test('from a few lines nothing can be said of how late they usually are', () => {
  const { align, relation } = createAlignment(1000);
  expect(relation()).toBeUndefined();
  align(0, 100);
  expect(relation()).toMatchObject({ stamps: 1, uncertaintyUs: undefined });
});

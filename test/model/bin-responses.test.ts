import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binText, binValues } from '../../src/model/bin-responses.ts';

it('writes latencies in order, each once with how often it occurs', () => {
  expect(binText([])).toBe('');
  expect(binText([90, 7, 90, 0.4])).toBe('0 7 90x2');
  expect(binText([315.7])).toBe('316');
});

it('gives back as many as it was given, none above the truth and none below it by more than one part in 128', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_600_000_000 })), (values) => {
      const back = [...binValues(binText(values))].flatMap(([us, count]) => Array<number>(count).fill(us));
      const sorted = [...values].sort((a, b) => a - b);
      expect(back).toHaveLength(sorted.length);
      for (const [index, value] of sorted.entries()) {
        expect(back[index]).toBeLessThanOrEqual(value);
        expect(back[index]).toBeGreaterThanOrEqual(value - value / 128);
      }
    }),
  );
});

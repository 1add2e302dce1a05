import fc from 'fast-check';
import { build, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import {
  addHistogram,
  decodeHistogram,
  encodeHistogram,
  mergeHistograms,
  newHistogram,
  recordedValues,
  summarise,
} from '../../src/model/histogram.ts';
import { maxLatencyUs } from '../../src/model/units.ts';

const counted = fc.array(fc.tuple(fc.integer({ min: 0, max: maxLatencyUs }), fc.integer({ min: 1, max: 5_000_000 })));

function textOf(values: readonly (readonly [number, number])[]): string {
  const histogram = newHistogram();
  if (!(histogram instanceof JsHistogram)) throw new Error('a histogram of WebAssembly');
  for (const [value, count] of values) histogram.recordValueWithCount(value, count);
  return encodeHistogram(histogram);
}

it('merges texts to what the library merges their histograms to', () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 5 }), (parts) => {
      const texts = parts.map(textOf);
      const merged = mergeHistograms(texts);
      const known = newHistogram();
      for (const text of texts) known.add(decodeHistogram(text));
      expect([...recordedValues(merged)]).toEqual([...recordedValues(known)]);
      expect(summarise(merged)).toEqual(summarise(known));
      expect(merged.minNonZeroValue).toBe(known.minNonZeroValue);
      expect(encodeHistogram(merged)).toBe(encodeHistogram(known));
    }),
  );
});

it('adds a histogram of another resolution value by value', () => {
  const coarse = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 2,
  });
  for (const value of [100, 5000, 5000, 30_000_000]) coarse.recordValue(value);
  const sum = newHistogram();
  addHistogram(sum, encodeIntoCompressedBase64(coarse));
  expect(sum.totalCount).toBe(4);
  expect(sum.getValueAtPercentile(100)).toBeGreaterThan(29_000_000);
});

it.each(['', 'no histogram', 'HISTFAAA', textOf([[12, 3]]).slice(0, -12)])('refuses %j', (text) => {
  expect(() => mergeHistograms([text])).toThrow();
});

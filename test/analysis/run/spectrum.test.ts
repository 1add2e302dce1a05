import { expect, it } from 'vitest';
import { spectrumOf } from '../../../src/analysis/run/spectrum.ts';
import { newHistogram } from '../../../src/model/histogram.ts';

/** One value of each microsecond from 1 on. */
function counting(count: number) {
  const histogram = newHistogram();
  for (let us = 1; us <= count; us++) histogram.recordValue(us);
  return histogram;
}

const percentilesOf = (count: number) => spectrumOf(counting(count), newHistogram()).responseUs.map(([at]) => at);

it('goes as far into the tail as ten arrivals lie beyond, and ends with the greatest', () => {
  expect(percentilesOf(1)).toEqual([0, 100]);
  expect(percentilesOf(19)).toEqual([0, 100]);
  expect(percentilesOf(20)).toEqual([0, 50, 100]);
  expect(percentilesOf(1000)).toEqual([0, 50, 75, 90, 95, 99, 100]);
  expect(percentilesOf(2000)).toEqual([0, 50, 75, 90, 95, 99, 99.5, 100]);
  expect(percentilesOf(199_999)).toEqual([0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 100]);
  expect(percentilesOf(200_000).slice(-3)).toEqual([99.99, 99.995, 100]);
});

it('has the values that the histogram has at these percentiles, of both clocks', () => {
  const { responseUs, serviceUs } = spectrumOf(counting(2000), counting(20));
  expect(responseUs).toEqual([
    [0, 1],
    [50, 1000],
    [75, 1500],
    [90, 1800],
    [95, 1900],
    [99, 1980],
    [99.5, 1990],
    [100, 2000],
  ]);
  expect(serviceUs).toEqual([
    [0, 1],
    [50, 10],
    [100, 20],
  ]);
});

it('is empty where there was no answer', () => {
  expect(spectrumOf(newHistogram(), newHistogram())).toEqual({ responseUs: [], serviceUs: [] });
});

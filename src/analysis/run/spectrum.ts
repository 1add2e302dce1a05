/** Percentiles on an axis of nines, as far into the tail as there are arrivals that say anything of it. */
import type { Histogram } from 'hdr-histogram-js';
import type { Spectrum } from '../../model/latency-shape.ts';

/** Ten samples beyond a percentile are the least that says anything about it. */
export const samplesBeyond = 10;

const fixed = [0, 50, 75, 90, 95];
/** No run has the ten billion arrivals that one more would need. */
const mostNines = 9;

/** The spectrum of a step, from its merged histograms. */
export function spectrumOf(response: Histogram, service: Histogram): Spectrum {
  return { responseUs: curveOf(response), serviceUs: curveOf(service) };
}

function curveOf(histogram: Histogram): [number, number][] {
  const { totalCount } = histogram;
  if (totalCount === 0) return [];
  // Shares are binary fractions: 200,000 times 0.00005 may be a little less than ten.
  const known = axis.filter(({ beyond }) => beyond === 1 || totalCount * beyond * (1 + 1e-9) >= samplesBeyond);
  const inside = known.map(({ percentile }): [number, number] => [
    percentile,
    histogram.getValueAtPercentile(percentile),
  ]);
  return [...inside, [100, histogram.maxValue]];
}

/** Of each nine the percentile and the one half way to the next: 99, 99.5, 99.9, 99.95; with the share of arrivals beyond. */
const axis = [
  ...fixed.map((percentile) => ({ percentile, beyond: (100 - percentile) / 100 })),
  ...Array.from({ length: mostNines - 1 }, (_, index) => 10 ** -(index + 2)).flatMap((beyond) => [
    { percentile: percentileBeyond(beyond), beyond },
    { percentile: percentileBeyond(beyond / 2), beyond: beyond / 2 },
  ]),
];

/** Without the error of binary fractions: 99.9, not 99.90000000000001. */
function percentileBeyond(beyond: number): number {
  return Number((100 * (1 - beyond)).toFixed(mostNines));
}

/** Arrivals of one window by short bins of due time: what became of them, told once more and finely. */
import { binText } from '../../model/bin-responses.ts';
import type { ArrivalBin } from '../../model/load.ts';

/** What is new about the arrivals due in one bin. */
interface OpenBin {
  readonly responsesUs: number[];
  lost: number;
  firstLostUs: number;
}

/** Bins with something new, by their place since the origin. */
export type OpenBins = Map<number, OpenBin>;

/** Counts an arrival that was answered well. */
export function answeredIn(bins: OpenBins, binUs: number, dueUs: number, responseUs: number): void {
  binOf(bins, binUs, dueUs).responsesUs.push(responseUs);
}

/** Counts an arrival that was not. */
export function lostIn(bins: OpenBins, binUs: number, dueUs: number): void {
  const bin = binOf(bins, binUs, dueUs);
  bin.lost++;
  bin.firstLostUs = Math.min(bin.firstLostUs, dueUs);
}

/** The bins as they are told, one by one, in the order of time. */
export function* toldBins(bins: OpenBins, binUs: number): Iterable<ArrivalBin> {
  for (const [place, { responsesUs, lost, firstLostUs }] of [...bins].sort(([a], [b]) => a - b)) {
    yield {
      dueUs: place * binUs,
      completed: responsesUs.length,
      lost,
      response: binText(responsesUs),
      ...(lost > 0 && { firstLostUs: Math.round(firstLostUs) }),
    };
  }
}

function binOf(bins: OpenBins, binUs: number, dueUs: number): OpenBin {
  const place = Math.floor(dueUs / binUs);
  let bin = bins.get(place);
  if (!bin) {
    bin = { responsesUs: [], lost: 0, firstLostUs: Number.POSITIVE_INFINITY };
    bins.set(place, bin);
  }
  return bin;
}

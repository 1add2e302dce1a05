/** When requests arrived, from how their lines are stamped. */
import { seededUniform } from '../../model/random.ts';

/** What is known of the requests of a log, in the order of its lines. */
export interface Stamps {
  readonly stampS: Float64Array;
  /** How long before its stamp each began: 0 where requests are stamped when they begin, NaN where the log does not say. */
  readonly tookS: Float64Array;
}

/** Arrivals in their order: which request, and when, in seconds since 1970. */
export interface OrderedArrivals {
  readonly order: Uint32Array;
  readonly atS: Float64Array;
  /** Whether stamps were of whole seconds, and arrivals were spread within them. */
  readonly isSpread: boolean;
  /** How many were stamped at their end, and when they began is not known. */
  readonly atEnd: number;
}

/** The arrivals of requests. Those of one whole second are spread over it as a Poisson process would, with the seed. */
export function arrivalsOf({ stampS, tookS }: Stamps, seed: number): OrderedArrivals {
  const isSpread = stampS.length > 1 && stampS.every((at) => Number.isInteger(at));
  const within = isSpread ? spread(stampS, seed) : stampS;
  let atEnd = 0;
  const began = new Float64Array(within.length);
  for (let index = 0; index < within.length; index++) {
    const took = tookS[index] ?? Number.NaN;
    const isKnown = !Number.isNaN(took);
    if (!isKnown) atEnd++;
    began[index] = (within[index] ?? 0) - (isKnown ? Math.max(took, 0) : 0);
  }
  const order = ordered(began);
  return { order, atS: Float64Array.from(order, (index) => began[index] ?? 0), isSpread, atEnd };
}

function ordered(atS: Float64Array): Uint32Array {
  const order = Uint32Array.from(atS.keys());
  const isInOrder = atS.every((at, index) => index === 0 || at >= (atS[index - 1] ?? 0));
  return isInOrder ? order : order.sort((a, b) => (atS[a] ?? 0) - (atS[b] ?? 0) || a - b);
}

/** Of each whole second its requests at moments drawn evenly from it, in the order of their lines. */
function spread(stampS: Float64Array, seed: number): Float64Array {
  const uniform = seededUniform(seed);
  const order = ordered(stampS);
  const spreadS = new Float64Array(stampS.length);
  for (let first = 0; first < order.length; ) {
    const second = stampS[order[first] ?? 0] ?? 0;
    let end = first;
    while (end < order.length && stampS[order[end] ?? 0] === second) end++;
    const parts = Array.from({ length: end - first }, uniform).sort((a, b) => a - b);
    for (let at = first; at < end; at++) spreadS[order[at] ?? 0] = second + (parts[at - first] ?? 0);
    first = end;
  }
  return spreadS;
}

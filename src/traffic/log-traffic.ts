/** What access logs say of the traffic: its kinds of requests by weight, and when each request arrived. */
import { arrivalsOf } from './logs/arrivals.ts';
import type { ReadLogs } from './logs/read-log.ts';
import { type KindRequest, requestsOf } from './requests/from-tree.ts';

/** The requests that a scenario is made of, and their arrivals. */
export interface LogTraffic {
  readonly requests: readonly KindRequest[];
  /** Kinds and requests that were too seldom. */
  readonly left: { readonly kinds: number; readonly requests: number };
  /** When each arrived, in seconds from the first of them, ascending; and what, as a place among the requests. */
  readonly atS: Float64Array;
  readonly places: Int32Array;
  /** When the first arrived, in seconds since 1970. */
  readonly beganS: number;
  readonly isSpread: boolean;
  readonly atEnd: number;
}

/** The traffic of logs: of its kinds the `top` that came most often. */
export function trafficOf({ tree, kinds, stamps }: ReadLogs, top: number, seed: number): LogTraffic {
  const { order, atS, isSpread, atEnd } = arrivalsOf(stamps, seed);
  const ranks = new Uint32Array(order.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] ?? 0] = rank;
  const all = requestsOf(tree, (nth) => ranks[nth] ?? 0);
  const requests = all.slice(0, top);
  const placeOf = new Map(requests.map(({ id }, place) => [id, place]));
  const kept = order.map((nth) => placeOf.get(tree.kindOf(kinds[nth] ?? 0)) ?? noPlace);
  const count = kept.reduce((sum, place) => sum + (place === noPlace ? 0 : 1), 0);
  const [times, places] = [new Float64Array(count), new Int32Array(count)];
  let [next, beganS] = [0, Number.NaN];
  for (let rank = 0; rank < order.length; rank++) {
    const place = kept[rank] ?? noPlace;
    if (place === noPlace) continue;
    if (next === 0) beganS = atS[rank] ?? 0;
    times[next] = (atS[rank] ?? 0) - beganS;
    places[next++] = place;
  }
  const left = { kinds: all.length - requests.length, requests: order.length - count };
  return { requests, left, atS: times, places, beganS, isSpread, atEnd };
}

const noPlace = 0xffffffff;

/** The lines of a recording, many at a time: `SECONDS NAME`, to the microsecond. */
export function* recordingText({ atS, places, requests }: LogTraffic): Iterable<string> {
  yield '# When each request arrived, in seconds from the first, and which one it was.\n';
  const names = requests.map(({ request }) => request.name);
  for (let from = 0; from < atS.length; from += linesAtOnce) {
    let text = '';
    for (let at = from; at < Math.min(from + linesAtOnce, atS.length); at++)
      text += `${(atS[at] ?? 0).toFixed(6)} ${names[places[at] ?? 0]}\n`;
    yield text;
  }
}

const linesAtOnce = 4096;

/** Where the busiest stretch of so many seconds begins, in whole seconds from the first arrival. */
export function busiestFromS(atS: Float64Array, lengthS: number): number {
  let [best, bestFrom, end] = [0, 0, 0];
  const lastS = Math.max(0, Math.floor((atS.at(-1) ?? 0) - lengthS));
  let begin = 0;
  for (let fromS = 0; fromS <= lastS; fromS++) {
    while (begin < atS.length && (atS[begin] ?? 0) < fromS) begin++;
    while (end < atS.length && (atS[end] ?? 0) < fromS + lengthS) end++;
    if (end - begin > best) [best, bestFrom] = [end - begin, fromS];
  }
  return bestFrom;
}

/** Exchanges that cannot be told apart, but have their requests among themselves: what is not sure of each is bounded, and often little. */
import { type ClientExchange, firstBeyond, fits, type JoinedExchange, type ServedSpan } from './joined-exchange.ts';

/** With more pairs that fit than these nothing is looked for: everything is under way with everything. */
const mostFits = 1_000_000;
/** What is not sure of an exchange must be little of its response. */
const mostUnsure = 0.1;

/** What is left of a window. */
export interface Unsure {
  readonly spans: readonly ServedSpan[];
  readonly exchanges: readonly ClientExchange[];
  /** Exchanges that the trace does not cover: a request may be theirs. */
  readonly atEdges: readonly ClientExchange[];
}

/**
 * A group is closed when its exchanges fit to no other requests, these to no other exchanges, and both are as many: whichever belongs to which,
 * the request of an exchange is one of those that fit it. Each is given one of them, and `unsureUs` is how far the
 * stretches may be from the truth. As requests that waited for the same moment are, those of a stopped process lie close together.
 */
export function groupedExchanges({ spans, exchanges, atEdges }: Unsure, errorUs: number): JoinedExchange[] {
  const all = [...exchanges, ...atEdges];
  const fitting = all.map((exchange) => placesOf(spans, exchange, errorUs));
  if (fitting.reduce((sum, own) => sum + own.length, 0) > mostFits) return [];
  return groupsOf(fitting, spans.length).flatMap(({ of, with: places }) => {
    const isClosed = of.length === places.length && of.every((index) => index < exchanges.length);
    if (!isClosed) return [];
    const own = of.map((index) => ({ exchange: all[index] as ClientExchange, places: fitting[index] ?? [] }));
    const given = places.toSorted((a, b) => a - b).map((place) => spans[place] as ServedSpan);
    const pairs = handedOut(own, given, errorUs).map(({ exchange, places: fit, span }) => ({
      ...{ exchange, span, unsureUs: unsureOf(span, fit, spans) },
    }));
    if (pairs.length < own.length || !pairs.every(({ exchange, span }) => fits(exchange, span, errorUs))) return [];
    return pairs.filter(({ exchange, unsureUs }) => unsureUs <= mostUnsure * (exchange.endUs - exchange.dueUs));
  });
}

interface Wanting {
  readonly exchange: ClientExchange;
  readonly places: readonly number[];
}

/** Each request goes to the exchange that ends first of those that may have it: so none is left over, if that can be. */
function handedOut(own: readonly Wanting[], given: readonly ServedSpan[], errorUs: number) {
  const left = own.toSorted((a, b) => a.exchange.endUs - b.exchange.endUs);
  return given.flatMap((span) => {
    const place = left.findIndex(({ exchange }) => exchange.writtenUs - errorUs <= span.beginUs);
    return left.splice(place, place === -1 ? 0 : 1).map((each) => ({ ...each, span }));
  });
}

function unsureOf(given: ServedSpan, places: readonly number[], spans: readonly ServedSpan[]): number {
  let unsureUs = 0;
  for (const place of places) {
    const { beginUs, endUs } = spans[place] as ServedSpan;
    unsureUs = Math.max(unsureUs, Math.abs(beginUs - given.beginUs), Math.abs(endUs - given.endUs));
  }
  return unsureUs;
}

function placesOf(sorted: readonly ServedSpan[], exchange: ClientExchange, errorUs: number): number[] {
  const places: number[] = [];
  const from = firstBeyond(sorted, ({ beginUs }) => beginUs >= exchange.writtenUs - errorUs);
  for (let place = from; place < sorted.length; place++) {
    const span = sorted[place] as ServedSpan;
    if (span.beginUs > exchange.endUs + errorUs) break;
    if (fits(exchange, span, errorUs)) places.push(place);
  }
  return places;
}

interface Group {
  /** Exchanges and requests, by their places. */
  readonly of: number[];
  readonly with: number[];
}

/** Which exchanges hang together by requests that fit several of them. */
function groupsOf(fitting: readonly (readonly number[])[], spans: number): Group[] {
  const byPlace = Array.from({ length: spans }, (): number[] => []);
  for (const [index, places] of fitting.entries()) for (const place of places) byPlace[place]?.push(index);
  const seen = new Set<number>();
  return [...fitting.keys()].flatMap((first) => (seen.has(first) ? [] : [groupFrom(first, fitting, byPlace, seen)]));
}

function groupFrom(
  first: number,
  fitting: readonly (readonly number[])[],
  byPlace: readonly (readonly number[])[],
  seen: Set<number>,
): Group {
  const found = new Set<number>();
  const of = [first];
  seen.add(first);
  // What is pushed is walked through as well.
  for (const index of of) {
    const places = (fitting[index] ?? []).filter((place) => !found.has(place));
    for (const place of places) found.add(place);
    for (const other of places.flatMap((place) => byPlace[place] ?? [])) {
      if (seen.has(other)) continue;
      seen.add(other);
      of.push(other);
    }
  }
  return { of, with: [...found] };
}

/** What is joined: exchanges of the client and requests of one process, over the windows in which that was traced. */
import type { ToldExchange } from '../../model/exchange-text.ts';
import type { TracedRequest } from './request-finder.ts';

/** An exchange of the client. */
export interface ClientExchange extends ToldExchange {
  /** Of all workers: no two connections that are open at a time have the same. */
  readonly line: string;
}

/** A request as the process saw it, on the run's clock. */
export interface ServedSpan {
  readonly beginUs: number;
  readonly endUs: number;
  readonly goroutine: number;
  readonly request: TracedRequest;
}

/** One trace, and what the client had on the wire meanwhile. */
export interface JoinWindow {
  /** What the trace covers. */
  readonly fromUs: number;
  readonly untilUs: number;
  /** In the order of their begin. */
  readonly spans: readonly ServedSpan[];
  /** In the order in which they were written. */
  readonly exchanges: readonly ClientExchange[];
}

/** An exchange and the request that it was. */
export interface JoinedExchange {
  readonly exchange: ClientExchange;
  readonly span: ServedSpan;
  /** How far begin and end of its request may be from those of this one, which is one of a group; 0 where there is no doubt. */
  readonly unsureUs: number;
}

/** The write that sends an answer may return after the answer was read: in the meantime its thread had no processor. */
const lateReturnUs = 10_000;

/** Whether a request may be what an exchange asked for: it begins on the way, and is answered before. */
export function fits(exchange: ClientExchange, { beginUs, endUs }: ServedSpan, errorUs: number): boolean {
  return (
    beginUs >= exchange.writtenUs - errorUs &&
    beginUs <= exchange.endUs + errorUs &&
    endUs <= exchange.endUs + errorUs + lateReturnUs
  );
}

/** Whether the trace covers all of an exchange, so that what was asked for must be in it. */
export function isWhole(
  { writtenUs, endUs }: ClientExchange,
  { fromUs, untilUs }: JoinWindow,
  errorUs: number,
): boolean {
  return writtenUs - errorUs >= fromUs && endUs + errorUs <= untilUs;
}

/** The first place in a sorted list of which `isBeyond` is true; its length where there is none. */
export function firstBeyond<T>(sorted: readonly T[], isBeyond: (each: T) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBeyond(sorted[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}

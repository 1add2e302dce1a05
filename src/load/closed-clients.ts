/** One exchange at a time on each autocannon client, each with one outcome; answers are read, timed and counted by our own code. */
import type { Client } from 'autocannon';
import { type ClientInside, takeOver } from './autocannon-client.ts';
import { BodySearch } from './body-search.ts';
import { kindOf } from './connection.ts';
import { type ReadFailure, ResponseReader } from './http-reader.ts';
import type { RequestSource } from './request-source.ts';
import type { TickBook } from './tick-book.ts';
import type { Window, WindowBook } from './window-book.ts';
import { failureOf, type WireRequest } from './wire-request.ts';

/** The exchanges of one step. */
export interface ClosedClients {
  readonly inFlight: number;
  /** Takes over a client that autocannon is about to connect; for its `setupClient` option. */
  adopt(client: Client): void;
  /** Lets every client end after the exchange it is in. */
  windDown(): void;
  /** Counts all open exchanges as unfinished; what comes later is not looked at. */
  cutOff(): void;
}

interface Exchange {
  readonly request: WireRequest;
  readonly window: Window;
  readonly startUs: number;
  /** Whether it was, or will be, sent once more on a new connection. */
  isRetry: boolean;
}

/** A client and what it is doing. */
interface Seat {
  readonly client: ClientInside;
  readonly reader: ResponseReader;
  readonly search: BodySearch;
  exchange: Exchange | undefined;
  /** The connection of its last request. */
  conn: ClientInside['conn'] | undefined;
  /** Whether that had carried a whole exchange before. */
  isReused: boolean;
  /** Whether what it sends next is its open exchange once more. */
  isResent: boolean;
}

/** As in the open engine: a kept connection that ends without a byte of the answer is no failure the first time. */
function mayResend({ isReused, reader }: Seat, { isRetry }: Exchange): boolean {
  return isReused && reader.untouched && !isRetry;
}

/** The exchanges of step `step`, written to the books; `timeoutMs` for each. */
export function newClosedClients(
  step: number,
  timeoutMs: number,
  book: WindowBook,
  ticks: TickBook,
  clock: () => number,
  nextRequest: RequestSource,
): ClosedClients {
  const seats: Seat[] = [];
  let isWindingDown = false;
  let isOver = false;

  /** A client makes a request: the next one, or its open exchange on a new connection when the server has ended the old one. */
  function requested(seat: Seat): Buffer {
    if (isOver) return nothing;
    const isKept = seat.conn === seat.client.conn;
    if (!isKept) connected(seat);
    seat.isReused = isKept;
    if (!seat.exchange && isWindingDown) {
      queueMicrotask(() => seat.client.destroy());
      return nothing;
    }
    seat.exchange ??= begin();
    const { request } = seat.exchange;
    const { isHead, isLast, wantedBody } = request;
    seat.reader.start(isHead, isLast);
    seat.reader.body = wantedBody && seat.search;
    if (wantedBody) seat.search.start(wantedBody);
    return request.bytes;
  }

  /** A client has a new connection, which has carried nothing; with an open exchange, the server may have ended the old one. */
  function connected(seat: Seat): void {
    if (seat.exchange && !seat.isResent) endedByServer(seat, seat.exchange);
    seat.isResent = false;
    seat.conn = seat.client.conn;
    ticks.counts.opened++;
  }

  function begin(): Exchange {
    const request = nextRequest();
    const startUs = clock();
    ticks.counts.due++;
    ticks.counts.sent++;
    return { request, window: book.plan(step, startUs, request.index), startUs, isRetry: false };
  }

  function received(seat: Seat, chunk: Buffer): void {
    const { client, reader } = seat;
    if (!seat.exchange) return;
    const state = reader.push(chunk, chunk.length);
    if (state === 'more') return;
    if (state === 'done') answered(seat, seat.exchange);
    else lost(seat, seat.exchange, reader.failure ?? unread);
    if (isWindingDown) client.destroy();
    // A server may answer before it has read the whole request; the rest would be taken for the next one.
    else if (state === 'done' && reader.reusable && client.conn.writableLength === 0) client._doRequest();
    else client._resetConnection();
  }

  function endedByServer(seat: Seat, exchange: Exchange): void {
    if (seat.reader.end() === 'done') answered(seat, exchange);
    else lost(seat, exchange, seat.reader.failure ?? unread);
  }

  function answered(seat: Seat, { request, window, startUs }: Exchange): void {
    const elapsedUs = clock() - startUs;
    seat.exchange = undefined;
    const error = failureOf(request, seat.reader.status, seat.search.found);
    if (error === undefined) ticks.counts.completed++;
    const outcome = error === undefined ? 'completed' : 'failed';
    book.end(window, outcome, { responseUs: elapsedUs, serviceUs: elapsedUs, error }, request.index);
  }

  /** The connection of an open exchange is of no more use: sends it once more where that is no failure. */
  function lost(seat: Seat, exchange: Exchange, kind: string): void {
    seat.isResent = mayResend(seat, exchange);
    if (seat.isResent) exchange.isRetry = true;
    else end(seat, exchange, 'failed', kind.startsWith('connect ') ? kind : exchange.request.label + kind);
  }

  /** Ends an exchange that has no answer. */
  function end(seat: Seat, exchange: Exchange, outcome: 'failed' | 'timedOut', error?: string): void {
    const { window, request, startUs } = exchange;
    seat.exchange = undefined;
    book.end(window, outcome, { responseUs: clock() - startUs, error }, request.index);
  }

  /** A client has given up its connection; with an open exchange this is a timeout. */
  function abandoned(seat: Seat): void {
    if (!isOver && !seat.client.destroyed && seat.exchange) end(seat, seat.exchange, 'timedOut');
  }

  return {
    get inFlight() {
      return seats.filter((seat) => seat.exchange).length;
    },
    adopt(adopted) {
      const client = adopted as ClientInside;
      client.timeout = timeoutMs;
      const seat: Seat = {
        client,
        reader: new ResponseReader(),
        search: new BodySearch(),
        exchange: undefined,
        conn: undefined,
        isReused: false,
        isResent: false,
      };
      seats.push(seat);
      takeOver(client, {
        requested: () => requested(seat),
        received: (chunk) => received(seat, chunk),
        abandoned: () => abandoned(seat),
        broke: (error) => {
          if (!isOver && seat.exchange) lost(seat, seat.exchange, kindOf(error, 'socket'));
        },
      });
    },
    windDown() {
      isWindingDown = true;
    },
    cutOff() {
      for (const { exchange } of seats)
        if (exchange) book.end(exchange.window, 'unfinished', {}, exchange.request.index);
      for (const seat of seats) seat.exchange = undefined;
      isOver = true;
    },
  };
}

const unread: ReadFailure = 'closed before the response';
const nothing = Buffer.alloc(0);

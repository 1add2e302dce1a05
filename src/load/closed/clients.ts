/** One exchange at a time on each autocannon client, each with one outcome; answers are read, timed and counted by our own code. */
import type { Client } from 'autocannon';
import { wasResetAfterEnd } from '../../host/descriptor.ts';
import type { Ticks } from '../accounts/ticks.ts';
import type { Window, Windows } from '../accounts/windows.ts';
import { type ReadFailure, ResponseReader } from '../http1/response-reader.ts';
import type { RequestSource } from '../requests/source.ts';
import { failureOf, type WireRequest } from '../requests/wire-request.ts';
import { BodySearch } from '../transport/body-search.ts';
import { descriptorOf } from '../transport/dialer.ts';
import { kindOf } from '../transport/error-kinds.ts';
import { closedBefore, type Fate, isOnePiece, mayResend, type Resend } from '../transport/lost-request.ts';
import { type ClientInside, takeOver } from './autocannon-client.ts';

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
  /** How its first sending was lost, when it was, or will be, sent once more on a new connection. */
  firstCause: string | undefined;
}

/** A client and what it is doing. */
interface Seat {
  readonly client: ClientInside;
  readonly reader: ResponseReader;
  readonly search: BodySearch;
  exchange: Exchange | undefined;
  /** The connection of its last request. */
  conn: ClientInside['conn'] | undefined;
  /** Whether that can carry requests: connected, and the handshake of TLS done. */
  isOpen: boolean;
  /** Whether that had carried a whole exchange before. */
  isReused: boolean;
  /** Whether what it sends next is its open exchange once more. */
  isResent: boolean;
}

/** The exchanges of step `step`, written to windows and ticks; `timeoutMs` for each. */
export function newClosedClients(
  step: number,
  timeoutMs: number,
  windows: Windows,
  ticks: Ticks,
  clock: () => number,
  nextRequest: RequestSource,
  resend: Resend,
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
    if (seat.isResent && seat.exchange) windows.count(seat.exchange.window, 'resent');
    seat.isResent = false;
    const { conn, secure } = seat.client;
    seat.conn = conn;
    seat.isOpen = false;
    conn.once(secure ? 'secureConnect' : 'connect', () => {
      if (seat.conn === conn) seat.isOpen = true;
    });
    ticks.counts.opened++;
  }

  function begin(): Exchange {
    const request = nextRequest();
    const startUs = clock();
    ticks.counts.due++;
    ticks.counts.sent++;
    return { request, window: windows.plan(step, startUs, request.index), startUs, firstCause: undefined };
  }

  function received(seat: Seat, chunk: Buffer): void {
    const { client, reader } = seat;
    if (!seat.exchange) return;
    const state = reader.push(chunk, chunk.length);
    if (state === 'more') return;
    if (state === 'done') answered(seat, seat.exchange);
    else lost(seat, seat.exchange, reader.failure ?? unread, 'read');
    if (isWindingDown) client.destroy();
    // A server may answer before it has read the whole request; the rest would be taken for the next one.
    else if (state === 'done' && reader.reusable && client.conn.writableLength === 0) client._doRequest();
    else client._resetConnection();
  }

  function endedByServer(seat: Seat, exchange: Exchange): void {
    if (seat.reader.end() === 'done') answered(seat, exchange);
    else if (cameTooLate(seat, exchange)) lost(seat, exchange, closedBefore, 'unread');
    else lost(seat, exchange, seat.reader.failure ?? unread, 'read');
  }

  function answered(seat: Seat, { request, window, startUs }: Exchange): void {
    const elapsedUs = clock() - startUs;
    seat.exchange = undefined;
    const error = failureOf(request, seat.reader.status, seat.search.found);
    if (error === undefined) ticks.counts.completed++;
    const outcome = error === undefined ? 'completed' : 'failed';
    windows.end(window, outcome, { responseUs: elapsedUs, serviceUs: elapsedUs, error }, request.index);
  }

  function cameTooLate({ client, conn, reader }: Seat, { request }: Exchange): boolean {
    return (
      !client.ipc &&
      reader.untouched &&
      isOnePiece(request) &&
      conn !== undefined &&
      wasResetAfterEnd(descriptorOf(conn))
    );
  }

  function broke(seat: Seat, exchange: Exchange, error: Error & { syscall?: string }): void {
    const isUnread = !seat.isOpen || (error.syscall === 'write' && isOnePiece(exchange.request));
    lost(seat, exchange, kindOf(error, seat.client.secure ? 'tls' : 'socket'), isUnread ? 'unread' : 'read');
  }

  /** The connection of an open exchange is of no more use: sends it once more where that is no failure. */
  function lost(seat: Seat, exchange: Exchange, kind: string, fate: Fate): void {
    const { request, window, firstCause } = exchange;
    if (fate === 'unread') windows.count(window, 'unsent');
    seat.isResent = seat.isReused && firstCause === undefined && mayResend(fate, request, 1, resend);
    if (seat.isResent) exchange.firstCause = kind;
    else end(seat, exchange, 'failed', labelled(exchange, kind));
  }

  /** Ends an exchange that has no answer. */
  function end(seat: Seat, exchange: Exchange, outcome: 'failed' | 'timedOut', error?: string): void {
    const { window, request, startUs } = exchange;
    if (outcome === 'timedOut' && !seat.isOpen) windows.count(window, 'unsent');
    seat.exchange = undefined;
    windows.end(window, outcome, { responseUs: clock() - startUs, error }, request.index);
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
        isOpen: false,
        isReused: false,
        isResent: false,
      };
      seats.push(seat);
      takeOver(client, {
        requested: () => requested(seat),
        received: (chunk) => received(seat, chunk),
        abandoned: () => abandoned(seat),
        broke: (error) => {
          if (!isOver && seat.exchange) broke(seat, seat.exchange, error);
        },
      });
    },
    windDown() {
      isWindingDown = true;
    },
    cutOff() {
      for (const seat of seats) {
        const { exchange, isOpen } = seat;
        seat.exchange = undefined;
        if (!exchange) continue;
        if (!isOpen) windows.count(exchange.window, 'unsent');
        windows.end(exchange.window, 'unfinished', {}, exchange.request.index);
      }
      isOver = true;
    },
  };
}

/** What happened before anything was sent has nothing to do with what would have been. */
function labelled({ request, firstCause }: Exchange, kind: string): string {
  const cause = firstCause ?? kind;
  return cause.startsWith('connect ') ? cause : request.label + cause;
}

const unread: ReadFailure = 'closed before the response';
const nothing = Buffer.alloc(0);

/** One exchange at a time on each autocannon client, each with one outcome; times and counts are our own. */
import type { Client } from 'autocannon';
import type { RequestSource } from './request-source.ts';
import type { TickBook } from './tick-book.ts';
import type { Window, WindowBook } from './window-book.ts';
import { failureOf, type WireRequest } from './wire-request.ts';

/**
 * What autocannon's types leave out of its client (lib/httpClient.js of 9.0.0). `responseMax` makes it destroy itself
 * instead of making a request more; `pipelinedRequests` is not cleared after errors and would grow. The bytes of
 * `currentRequest` are written after each `request` event, its `onResponse` is called before each `response` event.
 */
interface ClientInternals extends Client {
  timeout: number;
  responseMax: number;
  readonly pipelinedRequests: { clear(): void; size(): number };
  readonly requestIterator: {
    readonly currentRequest: {
      requestBuffer: Buffer;
      onResponse: ((status: number, body: string) => void) | undefined;
    };
  };
  destroy(): void;
}

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
  /** Whether the head of its response has come. */
  isTouched: boolean;
  /** Whether it was, or will be, sent once more on a new connection. */
  isRetry: boolean;
}

/** A client and what it is doing. */
interface Seat {
  readonly client: ClientInternals;
  exchange: Exchange | undefined;
  /** What it wrote last. */
  request: WireRequest;
  /** Whether its connection has carried a whole exchange. */
  isReused: boolean;
  /** Whether what it sends next is chosen: its open exchange once more, or its very first request. */
  isChosen: boolean;
  /** Whether the body of the last answer had what its request wants; only looked at when it wants something. */
  hasWantedBody: boolean;
}

/** As in the open engine: a kept connection that ends without a byte of the answer is no failure the first time. */
function mayResend({ isReused }: Seat, { isTouched, isRetry }: Exchange): boolean {
  return isReused && !isTouched && !isRetry;
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

  function begin(seat: Seat): void {
    const startUs = clock();
    ticks.counts.due++;
    ticks.counts.sent++;
    const { request } = seat;
    seat.exchange = {
      request,
      window: book.plan(step, startUs, request.index),
      startUs,
      isTouched: false,
      isRetry: false,
    };
  }

  /**
   * A request while an exchange is open: autocannon has reconnected, either because of a timeout, which it will say before
   * it returns, or because the server ended the connection, which it never says.
   */
  function requested(seat: Seat): void {
    if (isOver) return;
    const { exchange, client } = seat;
    const { isChosen } = seat;
    // After a timeout autocannon has cleared its queue; the end of a connection leaves the open request in it.
    const isResent = exchange && mayResend(seat, exchange) && client.pipelinedRequests.size() > 0;
    if (!isChosen && !isResent) seat.request = nextRequest();
    seat.isChosen = false;
    const { currentRequest } = client.requestIterator;
    currentRequest.requestBuffer = seat.request.bytes;
    const { wantedBody } = seat.request;
    // Without this, autocannon makes neither a string of the body nor an object of the headers.
    currentRequest.onResponse = wantedBody
      ? (_status, body) => {
          seat.hasWantedBody = body.includes(wantedBody.toString());
        }
      : undefined;
    if (!exchange) begin(seat);
    else if (!isChosen) {
      queueMicrotask(() => {
        if (seat.exchange === exchange) endedByServer(seat, exchange);
      });
    }
  }

  function endedByServer(seat: Seat, exchange: Exchange): void {
    lost(seat, exchange.isTouched ? 'closed in the response' : 'closed before the response');
    seat.isChosen = false;
    if (!seat.exchange) goOn(seat);
  }

  function answered(seat: Seat, status: number): void {
    const exchange = leave(seat);
    seat.isReused = true;
    if (!exchange) return;
    const elapsedUs = clock() - exchange.startUs;
    const latency = { responseUs: elapsedUs, serviceUs: elapsedUs };
    const failure = failureOf(exchange.request, status, seat.hasWantedBody);
    if (failure === undefined) {
      ticks.counts.completed++;
      book.end(exchange.window, 'completed', latency, exchange.request.index);
    } else {
      book.end(exchange.window, 'failed', { ...latency, error: failure }, exchange.request.index);
    }
  }

  function lost(seat: Seat, error: string): void {
    if (isOver) return;
    const { exchange } = seat;
    const isResent = exchange && mayResend(seat, exchange);
    const kind = (error.startsWith('connect ') ? '' : seat.request.label) + error;
    ticks.counts.opened++;
    seat.isReused = false;
    if (isResent) {
      exchange.isRetry = true;
      seat.isChosen = true;
      return;
    }
    leave(seat);
    if (exchange) end(exchange, 'failed', kind);
  }

  /** Ends an exchange that has no answer. */
  function end({ window, request, startUs }: Exchange, outcome: 'failed' | 'timedOut', error?: string): void {
    book.end(window, outcome, { responseUs: clock() - startUs, error }, request.index);
  }

  function timedOut(seat: Seat): void {
    const exchange = leave(seat);
    seat.isReused = false;
    if (!exchange) return;
    ticks.counts.opened++;
    end(exchange, 'timedOut');
    goOn(seat);
  }

  /** Counts the request that autocannon has already made on a new connection, or ends the client when the step is over. */
  function goOn(seat: Seat): void {
    if (isWindingDown) seat.client.destroy();
    else begin(seat);
  }

  /** Closes the open exchange; when the step is over, the request after it is not made. */
  function leave(seat: Seat): Exchange | undefined {
    if (isOver) return undefined;
    const { exchange } = seat;
    seat.exchange = undefined;
    if (isWindingDown) seat.client.responseMax = 1;
    return exchange;
  }

  function listen(seat: Seat): void {
    const { client } = seat;
    const events: NodeJS.EventEmitter = client;
    client.on('headers', () => {
      if (seat.exchange) seat.exchange.isTouched = true;
    });
    const onResponse = (status: number) => answered(seat, status);
    client.on('response', onResponse);
    // Autocannon's own books of the answers cost a request in twenty and nobody reads them.
    queueMicrotask(() => {
      for (const listener of events.listeners('response')) {
        if (listener !== onResponse) events.off('response', listener as () => void);
      }
    });
    events.on('request', () => requested(seat));
    events.on('timeout', () => timedOut(seat));
    events.on('connError', (error: Error & { syscall?: string; code?: string }) => {
      client.pipelinedRequests.clear();
      lost(seat, `${error.syscall ?? 'socket'} ${error.code ?? error.message}`);
    });
  }

  return {
    get inFlight() {
      return seats.filter((seat) => seat.exchange).length;
    },
    adopt(adopted) {
      const client = adopted as ClientInternals;
      client.timeout = timeoutMs;
      ticks.counts.opened++;
      const seat: Seat = {
        client,
        exchange: undefined,
        request: nextRequest(),
        isReused: false,
        isChosen: true,
        hasWantedBody: false,
      };
      seats.push(seat);
      listen(seat);
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

/** One exchange at a time on each autocannon client, each with one outcome; times and counts are our own. */
import type { Client } from 'autocannon';
import type { TickBook } from './tick-book.ts';
import type { Window, WindowBook } from './window-book.ts';

/**
 * The fields of autocannon's client (lib/httpClient.js of 9.0.0) that its types leave out. `responseMax` ends the client at
 * its next request once it has made that many; `pipelinedRequests` is never cleared on errors and would grow.
 */
interface ClientInternals extends Client {
  timeout: number;
  responseMax: number;
  readonly pipelinedRequests: { clear(): void };
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
  readonly window: Window;
  readonly startUs: number;
  /** Whether it was sent a second time because the server closed the connection without an answer. */
  isRetry: boolean;
}

/** The exchanges of step `step`, written to the books; `timeoutMs` for each. */
export function newClosedClients(
  step: number,
  timeoutMs: number,
  book: WindowBook,
  ticks: TickBook,
  clock: () => number,
): ClosedClients {
  const clients: ClientInternals[] = [];
  const open = new Map<Client, Exchange>();
  let isOver = false;

  function begin(client: Client): void {
    const startUs = clock();
    ticks.counts.due++;
    ticks.counts.sent++;
    open.set(client, { window: book.plan(step, startUs), startUs, isRetry: false });
  }

  /** A request while one is open: autocannon has reconnected and sent again, because the server ended the connection. */
  function requested(client: Client): void {
    if (isOver) return;
    const exchange = open.get(client);
    if (exchange && !exchange.isRetry) {
      exchange.isRetry = true;
      ticks.counts.opened++;
      return;
    }
    if (exchange) failed(client, 'closed before the response');
    begin(client);
  }

  function answered(client: Client, status: number): void {
    const exchange = take(client);
    if (!exchange) return;
    const elapsedUs = clock() - exchange.startUs;
    const latency = { responseUs: elapsedUs, serviceUs: elapsedUs };
    if (status < 400) {
      ticks.counts.completed++;
      book.end(exchange.window, 'completed', latency);
    } else {
      book.end(exchange.window, 'failed', { ...latency, error: `status ${status}` });
    }
  }

  function failed(client: Client, error: string): void {
    const exchange = take(client);
    ticks.counts.opened++;
    if (exchange) book.end(exchange.window, 'failed', { responseUs: clock() - exchange.startUs, error });
  }

  /** autocannon reconnects and requests anew before it says that the old request timed out. */
  function timedOut(client: ClientInternals): void {
    const exchange = take(client);
    if (!exchange) return;
    book.end(exchange.window, 'timedOut', { responseUs: clock() - exchange.startUs });
    if (client.responseMax !== windingDown) begin(client);
  }

  function take(client: Client): Exchange | undefined {
    if (isOver) return undefined;
    const exchange = open.get(client);
    open.delete(client);
    return exchange;
  }

  return {
    get inFlight() {
      return open.size;
    },
    adopt(adopted) {
      const client = adopted as ClientInternals;
      client.timeout = timeoutMs;
      clients.push(client);
      ticks.counts.opened++;
      client.on('response', (status) => answered(client, status));
      const events: NodeJS.EventEmitter = client;
      events.on('request', () => requested(client));
      events.on('timeout', () => timedOut(client));
      events.on('connError', (error: Error & { syscall?: string; code?: string }) => {
        client.pipelinedRequests.clear();
        failed(client, `${error.syscall ?? 'socket'} ${error.code ?? error.message}`);
      });
    },
    windDown() {
      for (const client of clients) client.responseMax = windingDown;
    },
    cutOff() {
      for (const { window } of open.values()) book.end(window, 'unfinished', {});
      isOver = true;
      open.clear();
    },
  };
}

/** Every client has made at least one request, so this lets none make another. */
const windingDown = 1;

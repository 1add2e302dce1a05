/** One autocannon client and the exchange it is in, of which each has one outcome; answers are read, timed and counted by our own code. */
import { wasResetAfterEnd } from '../../host/descriptor.ts';
import type { Exchanges } from '../accounts/exchanges.ts';
import type { TickCounts } from '../accounts/ticks.ts';
import type { Window } from '../accounts/window-contents.ts';
import type { Windows } from '../accounts/windows.ts';
import { type ReadFailure, ResponseReader } from '../http1/response-reader.ts';
import type { RequestSource } from '../requests/source.ts';
import { failureOf, type WireRequest } from '../requests/wire-request.ts';
import { BodySearch } from '../transport/body-search.ts';
import { descriptorOf } from '../transport/dialer.ts';
import { kindOf } from '../transport/error-kinds.ts';
import { closedBefore, type Fate, isOnePiece, mayResend, type Resend } from '../transport/lost-request.ts';
import type { ClientInside, ClientOwner } from './autocannon-client.ts';

/** What the clients of one step share. */
export interface ClosedStep {
  /** Its place in the plan. */
  readonly index: number;
  readonly timeoutMs: number;
  readonly resend: Resend;
  readonly windows: Windows;
  readonly exchanges: Exchanges | undefined;
  readonly counts: TickCounts;
  readonly clock: () => number;
  readonly nextRequest: RequestSource;
  /** When it winds down, every client ends after the exchange it is in; when it is over, nothing that comes is looked at. */
  phase: 'running' | 'winding down' | 'over';
  /** How many connections there have been. */
  connections: number;
}

interface Exchange {
  readonly request: WireRequest;
  readonly window: Window;
  readonly startUs: number;
  /** When its request was written last. */
  sentUs: number;
  /** How its first sending was lost, when it was, or will be, sent once more on a new connection. */
  firstCause: string | undefined;
}

/** What one client is doing. */
export class ClientState implements ClientOwner {
  private readonly client: ClientInside;
  private readonly step: ClosedStep;
  private readonly reader = new ResponseReader();
  private readonly search = new BodySearch();
  private exchange: Exchange | undefined;
  /** The connection of its last request. */
  private conn: ClientInside['conn'] | undefined;
  /** The number of that. */
  private connection = 0;
  /** Whether that can carry requests: connected, and the handshake of TLS done. */
  private isOpen = false;
  /** Whether that had carried a whole exchange before. */
  private isReused = false;
  /** Whether what it sends next is its open exchange once more. */
  private isResent = false;

  constructor(client: ClientInside, step: ClosedStep) {
    this.client = client;
    this.step = step;
  }

  get isInExchange(): boolean {
    return this.exchange !== undefined;
  }

  /** The next request, or the open exchange's on a new connection when the server has ended the old one. */
  requested(): Buffer {
    const { client, step } = this;
    if (step.phase === 'over') return nothing;
    const isKept = this.conn === client.conn;
    if (!isKept) this.connected();
    this.isReused = isKept;
    if (!this.exchange && step.phase === 'winding down') {
      queueMicrotask(() => client.destroy());
      return nothing;
    }
    this.exchange ??= this.begin();
    const { request, firstCause } = this.exchange;
    if (firstCause !== undefined) this.exchange.sentUs = step.clock();
    this.expect(request);
    return request.bytes;
  }

  received(chunk: Buffer): void {
    const { client, reader, exchange } = this;
    if (!exchange) return;
    const state = reader.push(chunk, chunk.length);
    if (state === 'more') return;
    if (state === 'done') this.answered(exchange);
    else this.lost(exchange, reader.failure ?? unread, 'read');
    if (this.step.phase !== 'running') client.destroy();
    // A server may answer before it has read the whole request; the rest would be taken for the next one.
    else if (state === 'done' && reader.reusable && client.conn.writableLength === 0) client._doRequest();
    else client._resetConnection();
  }

  /** With an open exchange this is a timeout. */
  abandoned(): void {
    if (this.step.phase !== 'over' && !this.client.destroyed && this.exchange) this.end(this.exchange, 'timedOut');
  }

  broke(error: Error & { syscall?: string }): void {
    const { exchange } = this;
    if (this.step.phase === 'over' || !exchange) return;
    const isUnread = !this.isOpen || (error.syscall === 'write' && isOnePiece(exchange.request));
    this.lost(exchange, kindOf(error, this.client.secure ? 'tls' : 'socket'), isUnread ? 'unread' : 'read');
  }

  /** Counts its open exchange as unfinished. */
  cutOff(): void {
    const { exchange } = this;
    const { windows } = this.step;
    this.exchange = undefined;
    if (!exchange) return;
    if (!this.isOpen) windows.count(exchange.window, 'unsent');
    windows.end(exchange.window, 'unfinished', { dueUs: exchange.startUs }, exchange.request.index);
  }

  /** A new connection, which has carried nothing; with an open exchange, the server may have ended the old one. */
  private connected(): void {
    const { exchange, step } = this;
    if (exchange && !this.isResent) this.endedByServer(exchange);
    if (this.isResent && this.exchange) step.windows.count(this.exchange.window, 'resent');
    this.isResent = false;
    const { conn, secure } = this.client;
    this.conn = conn;
    this.connection = ++step.connections;
    this.isOpen = false;
    conn.once(secure ? 'secureConnect' : 'connect', () => {
      if (this.conn === conn) this.isOpen = true;
    });
    step.counts.opened++;
  }

  private begin(): Exchange {
    const { index, counts, windows, clock, nextRequest } = this.step;
    const request = nextRequest();
    const startUs = clock();
    counts.due++;
    counts.sent++;
    return {
      request,
      window: windows.plan(index, startUs, request.index),
      startUs,
      sentUs: startUs,
      firstCause: undefined,
    };
  }

  private expect({ isHead, isLast, wantedBody }: WireRequest): void {
    this.reader.start(isHead, isLast);
    this.reader.body = wantedBody && this.search;
    if (wantedBody) this.search.start(wantedBody);
  }

  private endedByServer(exchange: Exchange): void {
    const { reader } = this;
    if (reader.end() === 'done') this.answered(exchange);
    else if (this.cameTooLate(exchange)) this.lost(exchange, closedBefore, 'unread');
    else this.lost(exchange, reader.failure ?? unread, 'read');
  }

  private cameTooLate({ request }: Exchange): boolean {
    const { client, conn, reader } = this;
    return (
      !client.ipc &&
      reader.untouched &&
      isOnePiece(request) &&
      conn !== undefined &&
      wasResetAfterEnd(descriptorOf(conn))
    );
  }

  private answered({ request, window, startUs, sentUs }: Exchange): void {
    const { clock, counts, windows, exchanges } = this.step;
    const endUs = clock();
    const elapsedUs = endUs - startUs;
    this.exchange = undefined;
    const { connection } = this;
    const times = { dueUs: startUs, writtenUs: sentUs, firstByteUs: endUs, endUs };
    exchanges?.add(window.step, { connection, request: request.index, ...times });
    windows.countBody(window, this.reader.bodyBytes, this.reader.coding);
    const error = failureOf(request, this.reader.status, this.search.found);
    if (error === undefined) counts.completed++;
    const outcome = error === undefined ? 'completed' : 'failed';
    const latency = { dueUs: startUs, responseUs: elapsedUs, serviceUs: elapsedUs, error };
    windows.end(window, outcome, latency, request.index);
  }

  /** The connection of an open exchange is of no more use: sends it once more where that is no failure. */
  private lost(exchange: Exchange, kind: string, fate: Fate): void {
    const { request, window, firstCause } = exchange;
    const { windows, resend } = this.step;
    if (fate === 'unread') windows.count(window, 'unsent');
    this.isResent = this.isReused && firstCause === undefined && mayResend(fate, request, 1, resend);
    if (this.isResent) exchange.firstCause = kind;
    else this.end(exchange, 'failed', labelled(exchange, kind));
  }

  /** Ends an exchange that has no answer. */
  private end({ window, request, startUs }: Exchange, outcome: 'failed' | 'timedOut', error?: string): void {
    const { windows, clock } = this.step;
    if (outcome === 'timedOut' && !this.isOpen) windows.count(window, 'unsent');
    this.exchange = undefined;
    windows.end(window, outcome, { dueUs: startUs, responseUs: clock() - startUs, error }, request.index);
  }
}

/** What happened before anything was sent has nothing to do with what would have been. */
function labelled({ request, firstCause }: Exchange, kind: string): string {
  const cause = firstCause ?? kind;
  return cause.startsWith('connect ') ? cause : request.label + cause;
}

const unread: ReadFailure = 'closed before the response';
const nothing = Buffer.alloc(0);

/** One TCP connection that carries one request at a time; what happens to it is told to its owner. */
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { wasResetAfterEnd } from '../../host/descriptor.ts';
import type { Arrival, Carrier } from '../accounts/arrival.ts';
import { AnswerKeeper } from '../answers/answer.ts';
import { failureOf, type Visit } from '../requests/wire-request.ts';
import { BodySearch } from '../transport/body-search.ts';
import { type Dialer, type DialTo, descriptorOf } from '../transport/dialer.ts';
import { kindOf } from '../transport/error-kinds.ts';
import type { Borrower, LentConnection } from '../transport/lending.ts';
import { closedBefore, type Fate, isOnePiece } from '../transport/lost-request.ts';
import type { Way } from '../transport/way.ts';
import { type ReadFailure, ResponseReader } from './response-reader.ts';

/** What the connections of one pool share. */
export interface ConnectionOptions {
  readonly dialer: Dialer;
  /**
   * One buffer for all sockets: on Unix, libuv fills a buffer and calls back before it touches the next socket
   * (uv__read in src/unix/stream.c), so bytes never outlive the callback.
   */
  readonly readBuffer: Buffer;
}

/** Whom a connection belongs to. */
export interface ConnectionOwner {
  connected(connection: Connection): void;
  /** The response to its arrival has been read to its last byte; the arrival is no longer its own. */
  answered(connection: Connection, arrival: Arrival): void;
  /** It is closed and of no more use: never connected, reset, ended by the server, unreadable, or abandoned. */
  broke(connection: Connection, kind: string): void;
}

/** A connection from its dial to its end. */
export class Connection implements Carrier, LentConnection {
  readonly reader = new ResponseReader();
  readonly connection: number;
  readonly openedUs: number;
  /** Where it leads to, and where else it may be dialled. */
  readonly to: DialTo;
  readonly otherWays: readonly DialTo[];
  /** How long the dial took, and the handshake when there was one; known once it is open. */
  connectUs = 0;
  tlsUs: number | undefined;
  /** The arrival whose answer it waits for. */
  arrival: Arrival | undefined;
  /** The arrival that alone may use it first, because it is being retried. */
  reserved: Arrival | undefined;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  fd = -1;
  lentFor = -1;
  /** To whom it was lent last. */
  borrower: Borrower<Connection> | undefined;
  /** Whether it has carried a whole exchange before. */
  isReused = false;
  /** What became of the request that it broke with. */
  fate: Fate = 'read';

  /** Made when a request first wants something of a body. */
  private search: BodySearch | undefined;
  /** Made when somebody first wants to look into an answer. */
  private keeper: AnswerKeeper | undefined;

  private readonly socket: Socket;
  private readonly dialer: Dialer;
  private readonly owner: ConnectionOwner;
  private readonly clock: () => number;

  constructor(options: ConnectionOptions, owner: ConnectionOwner, clock: () => number, way: Way, number: number) {
    this.connection = number;
    this.owner = owner;
    this.clock = clock;
    this.openedUs = way.fromUs;
    const { dialer } = options;
    const [to, ...otherWays] = way.route;
    this.to = to;
    this.otherWays = otherWays;
    this.dialer = dialer;
    const callback = (size: number, buffer: Uint8Array) => {
      this.read(buffer, size);
      return true;
    };
    this.socket = dialer.dial(to, { buffer: options.readBuffer, callback }, () => this.closing());
    this.socket.on('connect', () => {
      this.connectUs = clock() - this.openedUs;
    });
    this.socket.on(dialer.readyEvent, () => {
      if (this.state !== 'connecting') return;
      this.state = 'open';
      if (dialer.readyEvent === 'connect') this.fd = descriptorOf(this.socket);
      else this.tlsUs = clock() - this.openedUs - this.connectUs;
      owner.connected(this);
    });
    this.socket.on('error', (error: Error & { syscall?: string }) => {
      if (error.syscall === 'write' && this.arrival && isOnePiece(this.arrival.request)) this.fate = 'unread';
      this.fail(kindOf(error, dialer.readyEvent === 'secureConnect' ? 'tls' : 'socket'));
    });
    this.socket.on('end', () => this.serverEnded());
    this.socket.on('close', () => this.serverEnded());
  }

  /** Writes the request for an arrival; the connection must be open and free. */
  send(arrival: Arrival): void {
    this.expect(arrival);
    this.socket.write(arrival.request.bytes);
  }

  /** Takes over an arrival of whose request so many bytes were written to its file descriptor; or the negative number of the error. */
  carry(arrival: Arrival, written: number): void {
    this.expect(arrival);
    const { bytes } = arrival.request;
    if (written === bytes.length) return;
    if (this.state === 'closed') {
      if (written <= 0) this.fate = 'unread';
    } else if (written < 0) {
      const code = getSystemErrorName(written);
      this.socket.destroy(Object.assign(new Error(code), { code, syscall: 'write' }));
    } else {
      this.socket.write(bytes.subarray(written));
    }
  }

  /** Why the answer just read to its end is not what its arrival wanted; undefined when it is. */
  failureOf({ request }: Arrival): string | undefined {
    return failureOf(request, this.reader.status, this.search?.found === true);
  }

  abandon(): void {
    this.arrival = undefined;
    this.reserved = undefined;
    this.fail('abandoned');
  }

  /** Closes it without a word to its owner. */
  destroy(): void {
    this.state = 'closed';
    this.socket.destroy();
  }

  private expect(arrival: Arrival): void {
    const { isHead, isLast, wantedBody, visit } = arrival.request;
    this.arrival = arrival;
    this.reader.body = undefined;
    this.reader.fields = undefined;
    if (visit) this.keepFor(visit);
    if (wantedBody) this.searchFor(wantedBody);
    this.reader.start(isHead, isLast);
  }

  private closing(): void {
    this.fd = -1;
    if (this.lentFor >= 0) this.borrower?.lentClosing(this);
  }

  private searchFor(wanted: Uint8Array): void {
    this.search ??= new BodySearch();
    this.search.start(wanted);
    this.reader.body = this.search;
  }

  /** A body is either kept or searched. */
  private keepFor({ keepsBody }: Visit): void {
    this.keeper ??= new AnswerKeeper();
    this.keeper.start(keepsBody);
    this.reader.fields = this.keeper;
    if (keepsBody) this.reader.body = this.keeper;
  }

  private read(bytes: Uint8Array, size: number): void {
    if (this.state === 'closed') return;
    if (this.lentFor >= 0) this.borrower?.lentHeard(this);
    if (!this.arrival) {
      this.fail('protocol bytes without a request');
      return;
    }
    const isFirst = this.reader.untouched;
    const state = this.reader.push(bytes, size);
    if (state === 'done') this.finish(this.arrival);
    else if (state === 'failed') this.fail(this.reader.failure ?? unread);
    // An answer in one piece, as most are, needs no second look at the clock.
    else if (isFirst) this.arrival.firstByteUs = this.clock();
  }

  private serverEnded(): void {
    if (this.state === 'closed') return;
    // Whether the other thread has sent must be known to the end: nothing else will tell.
    if (this.lentFor >= 0) this.borrower?.lentClosing(this);
    const state = this.arrival ? this.reader.end() : 'failed';
    if (state === 'done' && this.arrival) this.finish(this.arrival);
    else if (this.arrival && this.cameTooLate(this.arrival)) this.fail(closedBefore, 'unread');
    else this.fail(this.reader.failure ?? unread);
  }

  private cameTooLate({ request }: Arrival): boolean {
    return (
      this.dialer.isTcp && this.reader.untouched && isOnePiece(request) && wasResetAfterEnd(descriptorOf(this.socket))
    );
  }

  private finish(arrival: Arrival): void {
    const { reader } = this;
    arrival.bodyBytes = reader.bodyBytes;
    arrival.coding = reader.coding;
    if (arrival.request.visit) arrival.answer = this.keeper?.answer(reader.status, this.search?.found === true);
    this.arrival = undefined;
    this.isReused = true;
    // A server may answer before it has read the whole request; the rest would be taken for the next one.
    if (this.socket.writableLength > 0) reader.reusable = false;
    this.owner.answered(this, arrival);
  }

  private fail(kind: string, fate = this.fate): void {
    if (this.state === 'closed') return;
    this.fate = fate;
    this.destroy();
    this.owner.broke(this, kind);
  }
}

const unread: ReadFailure = 'closed before the response';

/** One HTTP/2 connection that carries as many requests at a time as its server allows; what happens is told to its owner. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../model/errors.ts';
import type { Arrival } from '../accounts/arrival.ts';
import type { Dialer, DialTo } from '../transport/dialer.ts';
import { kindOf } from '../transport/error-kinds.ts';
import type { Fate } from '../transport/lost-request.ts';
import type { Way } from '../transport/way.ts';
import { h2KindOf, resetName } from './error-kinds.ts';
import { H2Exchange, type StreamHost } from './exchange.ts';
import type { H2Target } from './message.ts';

/** What the sessions of one pool share. */
export interface H2Options extends H2Target {
  readonly dialer: Dialer;
}

/** Whom a session belongs to. */
export interface H2Owner {
  /** The server has said what it allows; streams may be opened. */
  connected(session: H2Session): void;
  /** The answer to an arrival has been read to its last byte; `failure` says why it is not what was wanted. */
  answered(session: H2Session, arrival: Arrival, failure: string | undefined): void;
  /** The stream of an arrival ended without its whole answer. */
  lost(session: H2Session, arrival: Arrival, kind: string, fate: Fate): void;
  /** It is of no more use; its arrivals have been lost before. */
  broke(session: H2Session, kind: string): void;
}

/** As much as a server may send before we have read it; Go's client grants the same for a stream. */
const streamWindowBytes = 4 * 1024 * 1024;
const sessionWindowBytes = 2 ** 30;

/** A session from its dial to its end. */
export class H2Session implements StreamHost {
  readonly connection: number;
  readonly openedUs: number;
  /** Where it leads to, and where else it may be dialled. */
  readonly to: DialTo;
  readonly otherWays: readonly DialTo[];
  /** How long the dial took, and the handshake when there was one; known once it is open. */
  connectUs = 0;
  tlsUs: number | undefined;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Streams that the server allows at a time. */
  limit = 1;
  isCut = false;
  lastProcessed = Number.POSITIVE_INFINITY;
  readonly clock: () => number;

  /** Streams that are open. */
  private active = 0;
  private readonly owner: H2Owner;
  private readonly options: H2Options;
  private readonly socket: Socket;
  private session: ClientHttp2Session | undefined;
  private goneAway: number | undefined;

  constructor(options: H2Options, owner: H2Owner, clock: () => number, way: Way, number: number) {
    this.connection = number;
    this.options = options;
    this.owner = owner;
    this.clock = clock;
    this.openedUs = way.fromUs;
    const [to, ...otherWays] = way.route;
    this.to = to;
    this.otherWays = otherWays;
    const { dialer } = options;
    const isTls = dialer.readyEvent === 'secureConnect';
    this.socket = dialer.dial(to);
    this.socket.on('connect', () => {
      this.connectUs = clock() - this.openedUs;
    });
    this.socket.on(dialer.readyEvent, () => {
      if (this.state !== 'connecting') return;
      if (isTls) this.tlsUs = clock() - this.openedUs - this.connectUs;
      const chosen = isTls ? (this.socket as TLSSocket).alpnProtocol : 'h2';
      if (chosen === 'h2') this.open();
      else this.fail(`h2 not spoken: TLS agreed on ${chosen || 'no protocol'}`);
    });
    this.socket.on('error', (error) => {
      if (!this.session) this.fail(kindOf(error, isTls ? 'tls' : 'socket'));
    });
    this.socket.on('close', () => {
      this.isCut = true;
      if (!this.session) this.fail('closed before the response');
    });
  }

  get bytesWritten(): number {
    return this.socket.bytesWritten;
  }

  /** Whether another stream may be opened now. */
  get hasRoom(): boolean {
    return (
      this.state === 'open' && this.session?.closed === false && !this.session.destroyed && this.active < this.limit
    );
  }

  /** Opens a stream for an arrival; there must be room. */
  send(arrival: Arrival): void {
    if (!this.session) return;
    this.active++;
    try {
      arrival.carrier = new H2Exchange(this, this.session, this.options.messageOf(arrival.request), arrival);
    } catch (error) {
      this.lost(arrival, `h2 ${messageOf(error)}`, 'unread');
    }
  }

  answered(arrival: Arrival, failure: string | undefined): void {
    this.active--;
    this.owner.answered(this, arrival, failure);
  }

  lost(arrival: Arrival, kind: string, fate: Fate): void {
    this.active--;
    this.owner.lost(this, arrival, kind, fate);
  }

  abandoned(): void {
    this.active--;
  }

  /** Closes it without a word to its owner. */
  destroy(): void {
    this.state = 'closed';
    this.session?.destroy();
    this.socket.destroy();
  }

  private open(): void {
    const session = connect(this.options.origin, {
      createConnection: () => this.socket,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    });
    this.session = session;
    session.once('connect', () => session.setLocalWindowSize(sessionWindowBytes));
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      if (maxConcurrentStreams !== undefined) this.limit = maxConcurrentStreams;
      if (this.state !== 'connecting') return;
      this.state = 'open';
      this.owner.connected(this);
    });
    session.on('goaway', (code, lastProcessed) => {
      this.goneAway = code;
      this.lastProcessed = lastProcessed;
    });
    let failure: string | undefined;
    session.on('error', (error) => {
      failure ??= h2KindOf(error);
    });
    session.on('close', () => {
      if (this.state === 'connecting')
        this.fail(`h2 not spoken: ${failure?.replace(/^h2 /, '') ?? 'closed before its settings'}`);
      else
        this.fail(failure ?? (this.goneAway ? `h2 goaway ${resetName(this.goneAway)}` : 'closed before the response'));
    });
  }

  private fail(kind: string): void {
    if (this.state === 'closed') return;
    this.destroy();
    this.owner.broke(this, kind);
  }
}

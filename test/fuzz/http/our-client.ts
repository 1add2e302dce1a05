/** What our connection makes of an exchange, over a socket in memory. */
import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createArrival } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { Connection, type ConnectionOwner } from '../../../src/load/http1/connection.ts';
import type { WireRequest } from '../../../src/load/requests/wire-request.ts';
import type { Exchange, Outcome } from './outcome.ts';

/** Our outcome, and how many bytes had been handed over when it was told. */
export interface OurOutcome {
  readonly outcome: Outcome;
  readonly usedBytes: number;
}

const window = new Windows().plan(0, 0);
const to = { host: '127.0.0.1', port: 1 };
const routes = { addresses: [to], next: () => [to], moveTo: () => {} };
const readBuffer = Buffer.alloc(256 * 1024);
/** What a read leaves behind in the shared buffer; to look at it once more would be a defect. */
const staleByte = 0xa5;

class MemorySocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** An answer that leaves something in every part of the reader: a held line, a version, options of the connection, trailers. */
const earlier = [
  'HTTP/1.1 103 Early\r\nConnection: clo',
  'se\r\n\r\nHTTP/1.1 404 \r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1',
  '\r\nx\r\n0\r\nA: b\r\n\r',
  '\n',
];

/**
 * Hands the reads to a connection that waits for an answer, then ends it; throws when the connection breaks its contract.
 * With `isSecond` the connection has carried another answer before, which must make no difference.
 */
export function readOurs({ reads, isHead }: Exchange, { isSecond = false } = {}): OurOutcome {
  const wire = openWire();
  if (isSecond) carryEarlier(wire);
  const { connection, told } = wire;
  connection.send(createArrival(0, window, requestOf(isHead)));
  let body = '';
  connection.reader.body = {
    take: (bytes, from, to) => {
      body += Buffer.from(bytes.subarray(from, to)).toString('latin1');
    },
  };
  let handedBytes = 0;
  let usedBytes: number | undefined;
  for (const read of reads) {
    if (!wire.hand(read)) break;
    handedBytes += read.length;
    if (told.length > 0) usedBytes ??= handedBytes;
  }
  const atEnd = told.length === 0;
  const wasOpen = connection.reader.reusable && connection.state === 'open';
  wire.end();
  if (connection.reader.state === 'more') throw new Error('our reader wants more behind the end of the connection');
  const [first, ...others] = told;
  if (first === undefined || others.length > 0) throw new Error(`our connection told ${told.length} outcomes of one`);
  usedBytes ??= handedBytes;
  if (first.kind === 'failed') return { outcome: { kind: 'failed', atEnd, why: first.why }, usedBytes };
  const { status } = connection.reader;
  return { outcome: { kind: 'done', atEnd, status, body, reusable: wasOpen && !atEnd }, usedBytes };
}

type Told = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string };

/** A connection on a socket in memory, and what it told its owner. */
interface Wire {
  readonly connection: Connection;
  readonly told: Told[];
  /** Lets the socket read these bytes; false when it is closed. */
  hand(read: Uint8Array): boolean;
  end(): void;
}

function openWire(): Wire {
  const socket = new MemorySocket();
  let onread: OnReadOpts | undefined;
  const dial = (_to: unknown, opts?: OnReadOpts) => {
    onread = opts;
    return socket as unknown as Socket;
  };
  const told: Told[] = [];
  const connection = new Connection(
    { dialer: { readyEvent: 'connect', isTcp: false, dial, routes }, readBuffer },
    ownerThat(told),
    () => 0,
    { route: [to], fromUs: 0 },
    1,
  );
  socket.emit('connect');
  return {
    connection,
    told,
    hand(read) {
      if (socket.destroyed) return false;
      readBuffer.set(read);
      onread?.callback(read.length, readBuffer);
      readBuffer.fill(staleByte, 0, read.length);
      return true;
    },
    end() {
      socket.emit('end');
    },
  };
}

function carryEarlier({ connection, told, hand }: Wire): void {
  connection.send(createArrival(0, window, requestOf(true)));
  hand(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'));
  connection.send(createArrival(0, window, requestOf(false)));
  for (const read of earlier) hand(Buffer.from(read));
  const isGood = told.every(({ kind }) => kind === 'done') && told.length === 2 && connection.state === 'open';
  if (!isGood) throw new Error('our connection did not read the earlier answers');
  told.length = 0;
}

/** An owner that writes down what became of each arrival, and closes like the pool what cannot be used again. */
function ownerThat(told: Told[]): ConnectionOwner {
  let isAnswered = false;
  return {
    connected() {},
    answered(connection) {
      isAnswered = true;
      told.push({ kind: 'done' });
      if (!connection.reader.reusable) connection.destroy();
    },
    broke(connection, why) {
      if (!/^(protocol|closed) /.test(why)) throw new Error(`our connection broke with an error of no type: ${why}`);
      if (connection.arrival) told.push({ kind: 'failed', why });
      else if (!isAnswered) throw new Error(`our connection broke without a word on its arrival: ${why}`);
    },
  };
}

function requestOf(isHead: boolean): WireRequest {
  return {
    index: 0,
    bytes: Buffer.from('x'),
    isHead,
    isLast: false,
    isRepeatable: true,
    label: '',
    statuses: [],
    wantedBody: undefined,
    visit: undefined,
  };
}

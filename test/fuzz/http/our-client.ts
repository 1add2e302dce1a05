/** What our connection makes of an exchange, over a socket in memory. */
import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type Arrival, newArrival } from '../../../src/load/arrival.ts';
import { Connection, type ConnectionOwner } from '../../../src/load/connection.ts';
import { newWindowBook } from '../../../src/load/window-book.ts';
import type { WireRequest } from '../../../src/load/wire-request.ts';
import type { Exchange, Outcome } from './outcome.ts';

/** Our outcome, and how many bytes had been handed over when it was told. */
export interface OurOutcome {
  readonly outcome: Outcome;
  readonly usedBytes: number;
}

const window = newWindowBook().plan(0, 0);
const readBuffer = Buffer.alloc(64 * 1024);
/** What a read leaves behind in the shared buffer; to look at it once more would be a defect. */
const staleByte = 0xa5;

class MemorySocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** Hands the reads to a connection that waits for an answer, then ends it; throws when the connection breaks its contract. */
export function readOurs({ reads, isHead }: Exchange): OurOutcome {
  const socket = new MemorySocket();
  let onread: OnReadOpts | undefined;
  const dial = (opts: OnReadOpts) => {
    onread = opts;
    return socket as unknown as Socket;
  };
  const { owner, told } = newOwner();
  const connection = new Connection({ dialer: { readyEvent: 'connect', dial }, readBuffer }, owner, () => 0);
  socket.emit('connect');
  const arrival = newArrival(0, window, requestOf(isHead));
  connection.send(arrival);
  let body = '';
  connection.reader.body = {
    take: (bytes, from, to) => {
      body += Buffer.from(bytes.subarray(from, to)).toString('latin1');
    },
  };
  let handedBytes = 0;
  let usedBytes = -1;
  const look = () => {
    if (usedBytes < 0 && told.length > 0) usedBytes = handedBytes;
  };
  for (const read of reads) {
    if (socket.destroyed || !onread) break;
    readBuffer.set(read);
    onread.callback(read.length, readBuffer);
    readBuffer.fill(staleByte, 0, read.length);
    handedBytes += read.length;
    look();
  }
  const atEnd = told.length === 0;
  const wasReusable = connection.reader.reusable && connection.state === 'open';
  socket.emit('end');
  look();
  if (connection.reader.state === 'more') throw new Error('our reader wants more behind the end of the connection');
  const [first, ...others] = told;
  if (first === undefined || others.length > 0) throw new Error(`our connection told ${told.length} outcomes of one`);
  if (first.kind === 'failed') return { outcome: { kind: 'failed', atEnd, why: first.why }, usedBytes };
  const { status } = connection.reader;
  return { outcome: { kind: 'done', atEnd, status, body, reusable: wasReusable && !atEnd }, usedBytes };
}

type Told = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string };

/** An owner that writes down what became of the one arrival, and closes like the pool what cannot be used again. */
function newOwner(): { owner: ConnectionOwner; told: readonly Told[] } {
  const told: Told[] = [];
  let answered: Arrival | undefined;
  const owner: ConnectionOwner = {
    connected() {},
    answered(connection, arrival) {
      answered = arrival;
      told.push({ kind: 'done' });
      if (!connection.reader.reusable) connection.destroy();
    },
    broke(connection, why) {
      if (!/^(protocol|closed) /.test(why)) throw new Error(`our connection broke with an error of no type: ${why}`);
      if (connection.arrival) told.push({ kind: 'failed', why });
      else if (!answered) throw new Error(`our connection broke without a word on its arrival: ${why}`);
    },
  };
  return { owner, told };
}

function requestOf(isHead: boolean): WireRequest {
  return { index: 0, bytes: Buffer.from('x'), isHead, label: '', statuses: [], wantedBody: undefined };
}

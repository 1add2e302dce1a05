/** One request and its answer on a stream of an HTTP/2 session. */
import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Arrival, Carrier } from '../accounts/arrival.ts';
import { AnswerKeeper } from '../answers/answer.ts';
import { codingNamed } from '../answers/content-coding.ts';
import { failureOf } from '../requests/wire-request.ts';
import { BodySearch } from '../transport/body-search.ts';
import type { Fate } from '../transport/lost-request.ts';
import { h2KindOf, resetName } from './error-kinds.ts';
import type { H2Message } from './message.ts';

/** What an exchange sees of the session it is on. */
export interface StreamHost {
  /** See `Carrier`. */
  readonly connection: number;
  /** Whether the socket is gone. */
  readonly isCut: boolean;
  /** The last stream that the server says it has taken up, or will (GOAWAY; RFC 9113, 6.8); infinity until it says so. */
  readonly lastProcessed: number;
  /** Bytes that were handed to the kernel so far. */
  readonly bytesWritten: number;
  clock(): number;
  /** The answer was read to its last byte; `failure` says why it is not what was wanted. */
  answered(arrival: Arrival, failure: string | undefined): void;
  /** The stream ended without the whole answer. */
  lost(arrival: Arrival, kind: string, fate: Fate): void;
  /** Nobody wants the answer any more. */
  abandoned(): void;
}

/** An exchange from its request to its end; opens its stream at once. */
export class H2Exchange implements Carrier {
  readonly connection: number;
  private readonly host: StreamHost;
  private readonly stream: ClientHttp2Stream;
  private readonly arrival: Arrival;
  /** Of the session, before this request: node:http2 writes in a later turn. */
  private readonly bytesBefore: number;
  private isOver = false;
  private readonly search: BodySearch | undefined;
  private readonly keeper: AnswerKeeper | undefined;
  private status = 0;
  private error: Error | undefined;

  constructor(host: StreamHost, session: ClientHttp2Session, { headers, body }: H2Message, arrival: Arrival) {
    this.host = host;
    this.connection = host.connection;
    this.arrival = arrival;
    this.bytesBefore = host.bytesWritten;
    const stream = session.request(headers, { endStream: body === undefined });
    this.stream = stream;
    this.search = searchFor(arrival);
    this.keeper = keeperFor(arrival);
    arrival.bodyBytes = 0;
    stream.on('response', (fields) => {
      this.status = fields[':status'] ?? 0;
      arrival.firstByteUs = host.clock();
      arrival.coding = codingNamed(fields['content-encoding'] ?? '');
      if (this.keeper) keepFields(this.keeper, fields);
    });
    stream.on('data', (bytes: Buffer) => {
      arrival.bodyBytes += bytes.length;
      this.search?.take(bytes, 0, bytes.length);
      this.keeper?.take(bytes, 0, bytes.length);
    });
    stream.on('end', () => {
      // A stream that was reset ends as well.
      if (this.status !== 0 && stream.rstCode === constants.NGHTTP2_NO_ERROR) this.finish();
    });
    stream.on('error', (error) => {
      this.error ??= error;
    });
    stream.on('close', () => this.lose());
    if (body) stream.end(body);
  }

  abandon(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.host.abandoned();
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    const hasWantedBody = this.search?.found === true;
    if (this.keeper) this.arrival.answer = this.keeper.answer(this.status, hasWantedBody);
    this.host.answered(this.arrival, failureOf(this.arrival.request, this.status, hasWantedBody));
  }

  private lose(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.host.lost(this.arrival, this.kind(), this.fate());
  }

  private fate(): Fate {
    const { host, stream, status, bytesBefore } = this;
    if (status !== 0) return 'read';
    const isBeyond = stream.id !== undefined && stream.id > host.lastProcessed;
    if (stream.id === undefined || isBeyond || host.bytesWritten === bytesBefore) return 'unread';
    return stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ? 'refused' : 'read';
  }

  private kind(): string {
    const { error, stream, host, status } = this;
    const isReset = error === undefined || ('code' in error && error.code === 'ERR_HTTP2_STREAM_ERROR');
    if (!isReset) return h2KindOf(error);
    if (host.isCut) return status === 0 ? 'closed before the response' : 'closed in the response';
    return `h2 reset ${resetName(stream.rstCode ?? 0)}`;
  }
}

function searchFor({ request: { wantedBody } }: Arrival): BodySearch | undefined {
  if (!wantedBody) return undefined;
  const search = new BodySearch();
  search.start(wantedBody);
  return search;
}

function keeperFor({ request: { visit } }: Arrival): AnswerKeeper | undefined {
  if (!visit) return undefined;
  const keeper = new AnswerKeeper();
  keeper.start(visit.keepsBody);
  return keeper;
}

/** Values have one character for each byte, as node:http2 reads them. */
function keepFields(keeper: AnswerKeeper, fields: IncomingHttpHeaders): void {
  for (const [name, value = ''] of Object.entries(fields)) {
    for (const each of [value].flat()) {
      const line = Buffer.from(`${name}: ${each}`, 'latin1');
      if (!name.startsWith(':')) keeper.takeField(line, 0, line.length);
    }
  }
}

/** Reads HTTP/1.1 responses from a byte stream, however it is cut into reads (RFC 9112); keeps no body and makes no strings. */
import type { AnswerKeeper } from '../answers/answer.ts';
import type { BodyListener } from '../transport/body-search.ts';
import { chunkSize, lineEnd, nameEnd } from './bytes.ts';
import {
  afterHead,
  clearHead,
  continuesField,
  createHead,
  type HeadFailure,
  keepsOpen,
  readField,
  readStatus,
} from './head.ts';

/** Why a response could not be read; the words are the error kinds of the result. */
export type ReadFailure =
  | HeadFailure
  | 'protocol headers too long'
  | 'protocol bad chunk size'
  | 'protocol bad chunk end'
  | 'protocol chunk line too long'
  | 'protocol bad trailer'
  | 'closed before the response'
  | 'closed in the response';

/** What a reader knows after some bytes: it wants more, the response is complete, or it cannot be read. */
export type ReaderState = 'more' | 'done' | 'failed';

type Part = 'status' | 'headers' | 'fixed' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'over';

/** Status line, headers, interim responses and trailers of one response together must fit, as in most servers and clients. */
const maxHeadBytes = 64 * 1024;
const maxChunkLineBytes = 4096;
const newline = 10;
const carriageReturn = 13;

const noBytes = new Uint8Array(0);

/** One connection's reader: `start` a response, `push` what arrives, `end` when the server closes; then look at the fields. */
export class ResponseReader {
  state: ReaderState = 'done';
  failure: ReadFailure | undefined;
  /** Whether the connection can carry another request after this response. */
  reusable = true;
  /** Whether no byte of the response has come yet. */
  untouched = true;
  /** Sees the bytes of the body as they come, in place; undefined when nobody wants them. */
  body: BodyListener | undefined;
  /** Sees the fields of the head likewise. */
  fields: Pick<AnswerKeeper, 'startHead' | 'takeField'> | undefined;
  /** Bytes of the body so far, without the framing of chunks. */
  bodyBytes = 0;

  private part: Part = 'over';
  private headOnly = false;
  private isLast = false;
  private headBytes = 0;
  private readonly head = createHead();
  private remaining = 0;
  private held = noBytes;
  private heldBytes = 0;
  /** Whether a CR came behind what is held; only its LF may follow. */
  private isCrHeld = false;
  private hasTrailer = false;

  get status(): number {
    return this.head.status;
  }

  /** The content coding of the body, see `codingNamed`. */
  get coding(): string | undefined {
    return this.head.coding;
  }

  /** Gets ready for the next response; `headOnly` after a HEAD request, `isLast` after one that says `Connection: close`. */
  start(headOnly: boolean, isLast = false): void {
    this.state = 'more';
    this.failure = undefined;
    this.reusable = true;
    this.untouched = true;
    this.headOnly = headOnly;
    this.isLast = isLast;
    this.headBytes = 0;
    this.heldBytes = 0;
    this.isCrHeld = false;
    this.bodyBytes = 0;
    this.startHead();
  }

  /** Takes the first `size` bytes of what arrived; bytes behind the end of the response make the connection unusable. */
  push(bytes: Uint8Array, size: number): ReaderState {
    let at = 0;
    if (size > 0) this.untouched = false;
    while (at < size && this.state === 'more')
      at = this.isBody() ? this.skipBody(bytes, at, size) : this.takeLine(bytes, at, size);
    if (at < size && this.state === 'done') this.reusable = false;
    return this.state;
  }

  /** The server ended the connection. */
  end(): ReaderState {
    this.reusable = false;
    if (this.state !== 'more') return this.state;
    if (this.part === 'until-close') return this.finish();
    return this.fail(this.untouched ? 'closed before the response' : 'closed in the response');
  }

  private startHead(): void {
    this.part = 'status';
    clearHead(this.head);
    if (this.fields) this.fields.startHead();
  }

  private isBody(): boolean {
    return this.part === 'fixed' || this.part === 'chunk' || this.part === 'until-close';
  }

  private skipBody(bytes: Uint8Array, at: number, size: number): number {
    const taken = this.part === 'until-close' ? size - at : Math.min(this.remaining, size - at);
    this.bodyBytes += taken;
    if (this.body) this.body.take(bytes, at, at + taken);
    if (this.part === 'until-close') return size;
    this.remaining -= taken;
    if (this.remaining === 0) {
      if (this.part === 'chunk') this.part = 'chunk-end';
      else this.finish();
    }
    return at + taken;
  }

  /** Uses one whole line in place, or holds its beginning until the rest comes; returns the index behind what it took. */
  private takeLine(bytes: Uint8Array, at: number, size: number): number {
    if (this.isCrHeld) return this.takeLineFeed(bytes, at);
    const end = lineEnd(bytes, at, size);
    if (this.isTooLong(this.heldBytes + end - at)) return end;
    const byte = bytes[end];
    if (byte === carriageReturn && this.heldBytes === 0 && end + 1 < size && bytes[end + 1] === newline) {
      this.useLine(bytes, at, end);
      return end + 2;
    }
    if (end > at) this.hold(bytes, at, end);
    if (end === size) return size;
    if (byte === carriageReturn) this.isCrHeld = true;
    else if (byte === newline && this.mayEndBare()) this.useHeld();
    else this.failLine();
    return end + 1;
  }

  private takeLineFeed(bytes: Uint8Array, at: number): number {
    this.isCrHeld = false;
    if (bytes[at] === newline) this.useHeld();
    else this.failLine();
    return at + 1;
  }

  /** A bare LF may end the lines of a head (RFC 9112, 2.2); in the framing of chunks it is how responses are smuggled. */
  private mayEndBare(): boolean {
    return this.part !== 'chunk-size' && this.part !== 'chunk-end';
  }

  private isTooLong(lineBytes: number): boolean {
    if (this.part === 'chunk-end') {
      if (lineBytes > 0) this.fail('protocol bad chunk end');
    } else if (this.part === 'chunk-size') {
      if (lineBytes > maxChunkLineBytes) this.fail('protocol chunk line too long');
    } else if (this.headBytes + lineBytes > maxHeadBytes) {
      this.fail('protocol headers too long');
    }
    return this.state === 'failed';
  }

  private hold(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.heldBytes + to - from;
    if (needed > this.held.length) {
      const grown = new Uint8Array(Math.max(256, 2 * needed));
      grown.set(this.held.subarray(0, this.heldBytes));
      this.held = grown;
    }
    this.held.set(bytes.subarray(from, to), this.heldBytes);
    this.heldBytes = needed;
  }

  private useHeld(): void {
    const length = this.heldBytes;
    this.heldBytes = 0;
    this.useLine(this.held, 0, length);
  }

  private useLine(bytes: Uint8Array, from: number, to: number): void {
    switch (this.part) {
      case 'status':
        this.headBytes += to - from + 2;
        this.useHeadLine(readStatus(this.head, bytes, from, to));
        break;
      case 'headers':
        this.headBytes += to - from + 2;
        if (to === from) {
          this.startBody();
        } else {
          if (this.fields) this.fields.takeField(bytes, from, to);
          this.useHeadLine(readField(this.head, bytes, from, to));
        }
        break;
      case 'chunk-size':
        this.readChunkSize(bytes, from, to);
        break;
      case 'chunk-end':
        this.part = 'chunk-size';
        break;
      default:
        this.headBytes += to - from + 2;
        if (to === from) this.finish();
        else if (nameEnd(bytes, from, to) >= 0) this.hasTrailer = true;
        else if (!this.hasTrailer || !continuesField(bytes, from, to)) this.failLine();
    }
  }

  private failLine(): void {
    if (this.part === 'status') this.fail('protocol bad status line');
    else if (this.part === 'headers') this.fail('protocol bad header');
    else if (this.part === 'chunk-size') this.fail('protocol bad chunk size');
    else this.fail(this.part === 'chunk-end' ? 'protocol bad chunk end' : 'protocol bad trailer');
  }

  private useHeadLine(failure: HeadFailure | undefined): void {
    if (failure) this.fail(failure);
    else this.part = 'headers';
  }

  private startBody(): void {
    const after = afterHead(this.head, this.headOnly);
    if (after === 'head') {
      this.startHead();
      return;
    }
    this.reusable = !this.isLast && after !== 'until-close' && keepsOpen(this.head);
    if (after === 'nothing') {
      this.finish();
    } else if (after === 'chunks') {
      this.part = 'chunk-size';
    } else if (after === 'fixed' || after === 'until-close') {
      this.part = after;
      this.remaining = this.head.length;
    } else {
      this.fail(after);
    }
  }

  private readChunkSize(bytes: Uint8Array, from: number, to: number): void {
    const size = chunkSize(bytes, from, to);
    if (size < 0) return void this.failLine();
    this.remaining = size;
    this.part = size === 0 ? 'trailers' : 'chunk';
    this.hasTrailer = false;
  }

  private finish(): ReaderState {
    this.part = 'over';
    this.state = 'done';
    return this.state;
  }

  private fail(failure: ReadFailure): ReaderState {
    this.part = 'over';
    this.failure = failure;
    this.reusable = false;
    this.state = 'failed';
    return this.state;
  }
}

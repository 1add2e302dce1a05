/** What the head of an HTTP/1.1 response says about its body and its connection (RFC 9112), read line by line in place. */
import { codingNamed } from '../answers/content-coding.ts';
import {
  byteWord,
  decimal,
  everyMember,
  isWord,
  listEndsWith,
  listHas,
  nameEnd,
  skipBlank,
  trimBlank,
} from './bytes.ts';

/** The head as far as it was read; one object for all responses of a connection, changed in place. */
export interface ResponseHead {
  status: number;
  /** The minor version: 0 or 1, or what a server made up. */
  minor: number;
  /** The value of Content-Length; -1 without one. */
  length: number;
  /** Whether there is a transfer encoding; `identity`, which old servers send, is none (RFC 2616, 4.4). */
  hasTransferEncoding: boolean;
  /** Whether one of them is none that HTTP/1.1 knows (RFC 9112, 7). */
  hasUnknownCoding: boolean;
  /** Whether the last transfer encoding is `chunked`. */
  isChunked: boolean;
  closeAsked: boolean;
  keepAliveAsked: boolean;
  /** The content coding of the body: one of those known, or that it is another; undefined where it has none. */
  coding: string | undefined;
  /** How many fields it has. */
  fields: number;
  /** The last field, when it is one that counts here: it is read when the next line does not continue it. */
  open: OpenField | undefined;
  readonly value: GrowingBytes;
}

type OpenField = 'length' | 'encoding' | 'connection' | 'coding';

/** Bytes that are collected. */
interface GrowingBytes {
  bytes: Uint8Array;
  size: number;
}

/** How a line of a head cannot be read. */
export type HeadFailure =
  | 'protocol bad status line'
  | 'protocol bad header'
  | 'protocol bad content-length'
  | 'protocol unknown transfer coding'
  | 'protocol content-length beside transfer-encoding';

/** What follows a head: another head after an interim response, or a body that is empty, of `length` bytes, in chunks, or all until the connection closes. */
export type AfterHead = 'head' | 'nothing' | 'fixed' | 'chunks' | 'until-close';

const contentLength = byteWord('content-length');
const transferEncoding = byteWord('transfer-encoding');
const connection = byteWord('connection');
const chunked = byteWord('chunked');
const identity = byteWord('identity');
/** Those that a body may have beside `chunked`, which nobody here takes off. */
const compressions = ['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress'].map(byteWord);
const contentEncoding = byteWord('content-encoding');
const gzip = byteWord('gzip');
const close = byteWord('close');
const keepAlive = byteWord('keep-alive');
const version = Buffer.from('HTTP/1.');

/** A head of which nothing was read. */
export function createHead(): ResponseHead {
  return {
    status: 0,
    minor: 1,
    length: -1,
    hasTransferEncoding: false,
    hasUnknownCoding: false,
    isChunked: false,
    closeAsked: false,
    keepAliveAsked: false,
    coding: undefined,
    fields: 0,
    open: undefined,
    value: { bytes: new Uint8Array(64), size: 0 },
  };
}

/** Forgets what was read. */
export function clearHead(head: ResponseHead): void {
  head.status = 0;
  head.length = -1;
  head.hasTransferEncoding = false;
  head.hasUnknownCoding = false;
  head.isChunked = false;
  head.closeAsked = false;
  head.keepAliveAsked = false;
  head.coding = undefined;
  head.fields = 0;
  head.open = undefined;
}

/** Reads the status line, without its end. */
export function readStatus(head: ResponseHead, bytes: Uint8Array, from: number, to: number): HeadFailure | undefined {
  for (let i = 0; i < version.length; i++) {
    if (bytes[from + i] !== version[i]) return 'protocol bad status line';
  }
  head.minor = decimal(bytes, from + 7, Math.min(from + 8, to));
  head.status = decimal(bytes, from + 9, Math.min(from + 12, to));
  const isSpaced = bytes[from + 8] === 32 && (to === from + 12 || bytes[from + 12] === 32);
  return to < from + 12 || !isSpaced || head.minor < 0 || head.status < 100 ? 'protocol bad status line' : undefined;
}

/** Reads a field line, without its end. One that begins with a blank continues the last field (RFC 9112, 5.2). */
export function readField(head: ResponseHead, bytes: Uint8Array, from: number, to: number): HeadFailure | undefined {
  if (continuesField(bytes, from, to)) {
    if (head.fields === 0) return 'protocol bad header';
    if (head.open) append(head.value, bytes, skipBlank(bytes, from, to) - 1, to);
    return undefined;
  }
  const failure = head.open && endField(head);
  if (failure) return failure;
  const colon = nameEnd(bytes, from, to);
  // Blanks before the colon are refused rather than guessed at (RFC 9112, 5.1).
  if (colon < 0) return 'protocol bad header';
  head.fields++;
  head.open = fieldNamed(bytes, from, colon);
  if (head.open === undefined) return undefined;
  head.value.size = 0;
  append(head.value, bytes, colon + 1, to);
  return undefined;
}

/** Whether a line of a head or of trailers goes on with the line before it. */
export function continuesField(bytes: Uint8Array, from: number, to: number): boolean {
  return skipBlank(bytes, from, Math.min(to, from + 1)) > from;
}

function fieldNamed(bytes: Uint8Array, from: number, to: number): OpenField | undefined {
  const length = to - from;
  if (length === 14) return isWord(bytes, from, to, contentLength) ? 'length' : undefined;
  if (length === 17) return isWord(bytes, from, to, transferEncoding) ? 'encoding' : undefined;
  if (length === 16) return isWord(bytes, from, to, contentEncoding) ? 'coding' : undefined;
  return length === 10 && isWord(bytes, from, to, connection) ? 'connection' : undefined;
}

function append(value: GrowingBytes, bytes: Uint8Array, from: number, to: number): void {
  const { size } = value;
  const needed = size + to - from;
  if (needed > value.bytes.length) {
    const grown = new Uint8Array(2 * needed);
    grown.set(value.bytes);
    value.bytes = grown;
  }
  // They are few: a view of them would take longer.
  for (let at = from; at < to; at++) value.bytes[size + at - from] = bytes[at] ?? 0;
  value.size = needed;
}

/** Reads the value of the open field, which is whole. */
function endField(head: ResponseHead): HeadFailure | undefined {
  const { open, value } = head;
  head.open = undefined;
  const { bytes } = value;
  const from = skipBlank(bytes, 0, value.size);
  const to = trimBlank(bytes, from, value.size);
  if (open === 'length') return readLength(head, bytes, from, to);
  if (open === 'encoding') {
    readEncoding(head, bytes, from, to);
  } else if (open === 'coding') {
    readCoding(head, bytes, from, to);
  } else {
    head.closeAsked ||= listHas(bytes, from, to, close);
    head.keepAliveAsked ||= listHas(bytes, from, to, keepAlive);
  }
  return undefined;
}

function readCoding(head: ResponseHead, bytes: Uint8Array, from: number, to: number): void {
  // What most say costs no string.
  if (head.coding === undefined && isWord(bytes, from, to, gzip)) head.coding = 'gzip';
  else head.coding = codingNamed(Buffer.from(bytes.subarray(from, to)).toString('latin1'), head.coding);
}

function readEncoding(head: ResponseHead, bytes: Uint8Array, from: number, to: number): void {
  if (isWord(bytes, from, to, identity)) return;
  head.hasTransferEncoding = true;
  head.isChunked = listEndsWith(bytes, from, to, chunked);
  head.hasUnknownCoding ||= !everyMember(bytes, from, to, isKnownCoding);
}

function isKnownCoding(bytes: Uint8Array, from: number, to: number): boolean {
  return isWord(bytes, from, to, chunked) || compressions.some((coding) => isWord(bytes, from, to, coding));
}

function readLength(head: ResponseHead, bytes: Uint8Array, from: number, to: number): HeadFailure | undefined {
  const length = decimal(bytes, from, to);
  const isBad = length < 0 || (head.length >= 0 && head.length !== length);
  head.length = length;
  return isBad ? 'protocol bad content-length' : undefined;
}

/** What follows a whole head (RFC 9112, 6.3), or why nobody can tell; `headOnly` after a HEAD request. */
export function afterHead(head: ResponseHead, headOnly: boolean): AfterHead | HeadFailure {
  const failure = head.open && endField(head);
  if (failure) return failure;
  const { status, length } = head;
  if (status < 200 && status !== 101) return 'head';
  if (headOnly || status === 101 || status === 204 || status === 304) return 'nothing';
  if (head.hasUnknownCoding) return 'protocol unknown transfer coding';
  if (head.isChunked) return 'chunks';
  // The one says where the body ends, the other that only the end of the connection does: to wait for that may be for ever.
  if (head.hasTransferEncoding && length >= 0) return 'protocol content-length beside transfer-encoding';
  if (head.hasTransferEncoding || length < 0) return 'until-close';
  return length === 0 ? 'nothing' : 'fixed';
}

/** Whether the connection can carry another request when the body is read. */
export function keepsOpen(head: ResponseHead): boolean {
  const { status, minor, length, hasTransferEncoding, closeAsked, keepAliveAsked } = head;
  // A length next to a transfer encoding is how responses are smuggled: read by the encoding, then give the connection up.
  const isSuspect = hasTransferEncoding && (length >= 0 || minor === 0);
  const isOpen = minor === 0 ? keepAliveAsked && !closeAsked : !closeAsked;
  return isOpen && !isSuspect && status !== 101;
}

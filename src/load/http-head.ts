/** What the head of an HTTP/1.1 response says about its body and its connection (RFC 9112), read line by line in place. */
import { byteWord, decimal, isWord, listEndsWith, listHas, nameEnd, skipBlank, trimBlank } from './http-bytes.ts';

/** The head as far as it was read; one object for all responses of a connection, changed in place. */
export interface ResponseHead {
  status: number;
  /** The minor version: 0 or 1, or what a server made up. */
  minor: number;
  /** The value of Content-Length; -1 without one. */
  length: number;
  hasTransferEncoding: boolean;
  /** Whether the last transfer encoding is `chunked`. */
  isChunked: boolean;
  closeAsked: boolean;
  keepAliveAsked: boolean;
}

/** How a line of a head cannot be read. */
export type HeadFailure = 'protocol bad status line' | 'protocol bad header' | 'protocol bad content-length';

/** What follows a head: another head after an interim response, or a body that is empty, of `length` bytes, in chunks, or all until the connection closes. */
export type AfterHead = 'head' | 'nothing' | 'fixed' | 'chunks' | 'until-close';

const contentLength = byteWord('content-length');
const transferEncoding = byteWord('transfer-encoding');
const connection = byteWord('connection');
const chunked = byteWord('chunked');
const close = byteWord('close');
const keepAlive = byteWord('keep-alive');
const version = Buffer.from('HTTP/1.');

/** A head of which nothing was read. */
export function newHead(): ResponseHead {
  return {
    status: 0,
    minor: 1,
    length: -1,
    hasTransferEncoding: false,
    isChunked: false,
    closeAsked: false,
    keepAliveAsked: false,
  };
}

/** Forgets what was read. */
export function clearHead(head: ResponseHead): void {
  head.status = 0;
  head.length = -1;
  head.hasTransferEncoding = false;
  head.isChunked = false;
  head.closeAsked = false;
  head.keepAliveAsked = false;
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

/** Reads a field line, without its end. */
export function readField(head: ResponseHead, bytes: Uint8Array, from: number, to: number): HeadFailure | undefined {
  const colon = nameEnd(bytes, from, to);
  // Continued lines and blanks before the colon are refused rather than guessed at (RFC 9112, 5.1 and 5.2).
  if (colon < 0) return 'protocol bad header';
  const nameLength = colon - from;
  if (nameLength !== 10 && nameLength !== 14 && nameLength !== 17) return undefined;
  const valueFrom = skipBlank(bytes, colon + 1, to);
  const valueTo = trimBlank(bytes, valueFrom, to);
  if (isWord(bytes, from, colon, contentLength)) return readLength(head, bytes, valueFrom, valueTo);
  if (isWord(bytes, from, colon, transferEncoding)) {
    head.hasTransferEncoding = true;
    head.isChunked = listEndsWith(bytes, valueFrom, valueTo, chunked);
  } else if (isWord(bytes, from, colon, connection)) {
    head.closeAsked ||= listHas(bytes, valueFrom, valueTo, close);
    head.keepAliveAsked ||= listHas(bytes, valueFrom, valueTo, keepAlive);
  }
  return undefined;
}

function readLength(head: ResponseHead, bytes: Uint8Array, from: number, to: number): HeadFailure | undefined {
  const length = decimal(bytes, from, to);
  const isBad = length < 0 || (head.length >= 0 && head.length !== length);
  head.length = length;
  return isBad ? 'protocol bad content-length' : undefined;
}

/** What follows a whole head (RFC 9112, 6.3); `headOnly` after a HEAD request. */
export function afterHead(head: ResponseHead, headOnly: boolean): AfterHead {
  const { status, length } = head;
  if (status < 200 && status !== 101) return 'head';
  if (headOnly || status === 101 || status === 204 || status === 304) return 'nothing';
  if (head.isChunked) return 'chunks';
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

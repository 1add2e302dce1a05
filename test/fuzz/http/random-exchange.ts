/** Random responses, most of them nearly right: grown from a grammar, mutated, and cut into reads. */
import type { Dice } from './dice.ts';
import type { Exchange } from './outcome.ts';

type Choices = readonly [string, ...string[]];

const statusLines: Choices = [
  ...(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.0 200 OK'] as const),
  ...['HTTP/1.1 204 No Content', 'HTTP/1.1 304 Not Modified', 'HTTP/1.1 205 Reset Content', 'HTTP/1.1 302 Found'],
  ...['HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.1 999 Odd', 'HTTP/1.1 101 Switching', 'HTTP/1.1 503 \x80\xff\tno'],
];
const headers: Choices = [
  ...(['Date: Thu, 01 Jan 2026 00:00:00 GMT', 'Server: x', 'Connection: close', 'Connection: keep-alive'] as const),
  ...[
    'connection: Foo , Close',
    'Connection: keep-alive, close',
    'X-Empty:',
    'X-Odd:\t \x80\xff ',
    'Set-Cookie: a=b; c',
  ],
  ...[
    'Upgrade: websocket',
    'Connection: upgrade',
    'Trailer: Digest',
    'Content-Encoding: gzip',
    'connection:keep-alive',
  ],
  ...['X-Long: a\r\n b', 'Connection: x,\r\n\tclose', 'X-Blank:\r\n '],
  ...['Connection: upgrade\r\nUpgrade: x', 'Connection: ,', 'Proxy-Connection: close', 'Keep-Alive: timeout=5, max=9'],
];
const encodings: Choices = [
  ...(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', 'transfer-encoding: CHUNKED'] as const),
  ...['Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked, gzip'],
  ...['Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', 'Transfer-Encoding:', 'Transfer-Encoding:chunked\t '],
  ...['Transfer-Encoding: identity', 'Transfer-Encoding: br, chunked', 'Transfer-Encoding: gzip,\r\n chunked'],
];
const interims: Choices = [
  ...([
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
    'HTTP/1.1 199 \r\n\r\n',
  ] as const),
  ...['HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\n', 'HTTP/1.1 100 C\r\nTransfer-Encoding: chunked\r\n\r\n'],
];
const extensions: Choices = [...(['', '', '', '', ';a=b'] as const), ';c="d;\\" e"', ' ', ';a;b', ' ; a = b', ';'];
const trailers: Choices = [
  ...(['', '', '', 'Digest: x\r\n', 'A: b\r\nC:\r\n'] as const),
  ...[
    'Content-Length: 3\r\n',
    'Transfer-Encoding: gzip\r\n',
    'Connection: close\r\n',
    'A b\r\n',
    ': c\r\n',
    ' A: b\r\n',
  ],
];
const leftovers: Choices = [
  'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  ...[
    '\r\n',
    '\n',
    'x',
    '0\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 408 Timeout\r\nConnection: close\r\n\r\n',
  ],
];
const splices: Choices = [
  ...(['\r\n', '\n', '\r', ' ', '\t', ':', ',', ';', '\0', '0', '1', 'f', '-', '+', 'x', '\x80', '\x7f', '('] as const),
  ...[
    '\r\n ',
    '\r\n\r\n',
    'Content-Length: 3\r\n',
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    '"',
    '\\',
  ],
  ...['Connection: close\r\n', '0\r\n\r\n', 'chunked', 'close', '99999999999999999999', '\0\0', '00000000000000000000'],
  ...['HTTP/1.1 ', 'HTTP/1.1 100 \r\n\r\n', '\r\r\n', '\n\n', 'Content-Length: 18446744073709551615\r\n', 'ffffffff'],
];

/** The next random exchange. */
export function randomExchange(dice: Dice): Exchange {
  let text = grow(dice);
  for (let mutations = dice.pick([0, 0, 1, 1, 1, 2, 3]); mutations > 0; mutations--) text = mutate(text, dice);
  return { reads: cut(Buffer.from(text, 'latin1'), dice), isHead: dice.chance(0.1) };
}

function grow(dice: Dice): string {
  const body = dice.chance(0.02)
    ? 'long '.repeat(dice.below(2000))
    : 'hello, world\r\n'.repeat(3).slice(0, dice.below(40));
  const lines = [dice.pick(statusLines)];
  for (let count = dice.below(4); count > 0; count--) lines.push(dice.pick(headers));
  if (dice.chance(0.02)) lines.push(`X-Long: ${'y'.repeat(dice.below(3000))}`);
  if (dice.chance(0.0005)) lines.push(`X-Huge: ${'y'.repeat(70_000)}`);
  let payload = body;
  const framing = dice.below(10);
  const place = 1 + dice.below(lines.length);
  if (framing < 5) lines.splice(place, 0, `${dice.pick(['Content-Length', 'content-length'])}: ${body.length}`);
  else if (framing < 9) {
    lines.splice(place, 0, dice.pick(encodings));
    payload = chunks(body, dice);
  }
  const interim = dice.chance(0.15) ? dice.pick(interims).repeat(1 + dice.below(2)) : '';
  const head = `${interim}${lines.join('\r\n')}\r\n\r\n`;
  return `${head}${dice.chance(0.1) ? '' : payload}${dice.chance(0.08) ? dice.pick(leftovers) : ''}`;
}

function chunks(body: string, dice: Dice): string {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const part = body.slice(at, at + 1 + dice.below(20));
    const size = part.length.toString(16);
    text += `${dice.chance(0.2) ? `0${size.toUpperCase()}` : size}${dice.pick(extensions)}\r\n${part}\r\n`;
    at += part.length;
  }
  return `${text}${dice.pick(['0', '0', '000', '0;x'])}\r\n${dice.pick(trailers)}\r\n`;
}

function mutate(text: string, dice: Dice): string {
  // Half of the mutations fall where the framing is: near the end of a line.
  const ends = [...text.matchAll(/[\r\n:]/g)].map(({ index }) => index);
  const near = (ends[dice.below(ends.length)] ?? 0) + dice.below(4) - 1;
  const at = dice.chance(0.5) ? Math.max(0, near) : dice.below(text.length + 1);
  const length = dice.pick([1, 1, 1, 2, 4, 16]);
  switch (dice.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length);
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(dice.below(256)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + dice.pick(splices) + text.slice(at + (dice.chance(0.3) ? length : 0));
  }
}

function cut(bytes: Uint8Array, dice: Dice): Uint8Array[] {
  if (dice.chance(0.05))
    return cutAt(
      bytes,
      Array.from(bytes, (_, index) => index),
    );
  const places = Array.from({ length: dice.pick([0, 0, 1, 2, 5]) }, () => dice.below(bytes.length + 1));
  return cutAt(
    bytes,
    places.flatMap((place) => (dice.chance(0.3) ? [place, place + 1] : [place])),
  );
}

/** The bytes cut into reads before these places; none is empty. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
  return edges
    .slice(1)
    .map((end, index) => bytes.subarray(edges[index], end))
    .filter((read) => read.length > 0);
}

/** Where an exchange is cut. */
export function cutsOf({ reads }: Exchange): number[] {
  let at = 0;
  return reads.slice(0, -1).map((read) => {
    at += read.length;
    return at;
  });
}

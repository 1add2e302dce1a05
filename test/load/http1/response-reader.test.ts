import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseReader } from '../../../src/load/http1/response-reader.ts';

interface Outcome {
  readonly state: string;
  readonly status: number;
  readonly reusable: boolean;
  readonly failure: string | undefined;
}

/** What the reader makes of these reads, followed by the end of the connection if `closes`. */
function read(parts: readonly Uint8Array[], { headOnly = false, closes = false } = {}): Outcome {
  const reader = new ResponseReader();
  reader.start(headOnly);
  for (const part of parts) reader.push(part, part.length);
  if (closes && reader.state === 'more') reader.end();
  const { state, status, reusable, failure } = reader;
  return { state, status: state === 'done' ? status : 0, reusable: state === 'done' && reusable, failure };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const lines = (...all: string[]) => all.join('\r\n');
const kept = (status = 200): Outcome => ({ state: 'done', status, reusable: true, failure: undefined });
const last = (status = 200): Outcome => ({ ...kept(status), reusable: false });
const failed = (failure: string): Outcome => ({ state: 'failed', status: 0, reusable: false, failure });
const more: Outcome = { state: 'more', status: 0, reusable: false, failure: undefined };

const whole: [string, string, Outcome][] = [
  ['a body of known length', lines('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hello'), kept()],
  ['a body of no length', lines('HTTP/1.1 503 Service Unavailable', 'content-length:0', '', ''), kept(503)],
  ['no reason phrase', lines('HTTP/1.1 200 ', 'Content-Length: 0', '', ''), kept()],
  ['no reason phrase and no blank', lines('HTTP/1.1 200', 'Content-Length: 0', '', ''), kept()],
  ['line feeds alone', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', kept()],
  [
    'a header that goes on in the next line',
    lines('HTTP/1.1 200 OK', 'X-Long: a', ' b', '\tc', 'Content-Length: 2', '', 'ok'),
    kept(),
  ],
  ['a length in the next line', lines('HTTP/1.1 200 OK', 'Content-Length:', ' 2', '', 'ok'), kept()],
  [
    'a length that two lines would make',
    lines('HTTP/1.1 200 OK', 'Content-Length: 1', ' 2', '', ''),
    failed('protocol bad content-length'),
  ],
  [
    'a list that goes on in the next line',
    lines('HTTP/1.1 200 OK', 'Connection: x,', ' close', 'Content-Length: 2', '', 'ok'),
    last(),
  ],
  [
    'codings that go on in the next line',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip,', '  chunked', '', '0', '', ''),
    kept(),
  ],
  [
    'a trailer that goes on in the next line',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', 'A: b', ' c', '', ''),
    kept(),
  ],
  [
    'a continued line before any header',
    lines('HTTP/1.1 200 OK', ' b', 'Content-Length: 2', '', 'ok'),
    failed('protocol bad header'),
  ],
  [
    'a continued line before any trailer',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', ' c', '', ''),
    failed('protocol bad trailer'),
  ],
  [
    'an unknown transfer coding',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: x', '', ''),
    failed('protocol unknown transfer coding'),
  ],
  [
    'an unknown transfer coding before chunks',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: br, chunked', '', '0', '', ''),
    failed('protocol unknown transfer coding'),
  ],
  [
    'an empty transfer coding',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding:', 'Content-Length: 2', '', 'ok'),
    failed('protocol unknown transfer coding'),
  ],
  [
    'an unknown transfer coding and no body',
    lines('HTTP/1.1 204 No Content', 'Transfer-Encoding: x', '', ''),
    kept(204),
  ],
  [
    'the transfer coding that is none',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: Identity', 'Content-Length: 2', '', 'ok'),
    kept(),
  ],
  [
    'a length beside a coding without chunks',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip', 'Content-Length: 2', '', 'ok'),
    failed('protocol content-length beside transfer-encoding'),
  ],
  [
    'chunked twice',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', '2', 'ok', '0', '', ''),
    kept(),
  ],
  ['the same length twice', lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'CONTENT-LENGTH:\t2 ', '', 'ok'), kept()],
  [
    'chunks',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3', 'abc', 'A', '0123456789', '0', '', ''),
    kept(),
  ],
  [
    'chunks with extensions and trailers',
    lines(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: gzip, Chunked',
      '',
      '2;a=b;c="d"',
      'ab',
      '0 ;end',
      'Digest: x',
      'More: y',
      '',
      '',
    ),
    kept(),
  ],
  ['no body with 204', lines('HTTP/1.1 204 No Content', '', ''), kept(204)],
  [
    'no body with 304, whatever its length says',
    lines('HTTP/1.1 304 Not Modified', 'Content-Length: 9', '', ''),
    kept(304),
  ],
  [
    'interim responses before the final one',
    lines(
      'HTTP/1.1 100 Continue',
      '',
      'HTTP/1.1 103 Early Hints',
      'Link: x',
      '',
      'HTTP/1.1 201 Created',
      'Content-Length: 1',
      '',
      'x',
    ),
    kept(201),
  ],
  ['switched protocols', lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: x', '', ''), last(101)],
  [
    'a connection that will close',
    lines('HTTP/1.1 200 OK', 'Connection: foo, Close', 'Content-Length: 0', '', ''),
    last(),
  ],
  ['HTTP/1.0, which closes', lines('HTTP/1.0 200 OK', 'Content-Length: 0', '', ''), last()],
  ['HTTP/1.0 kept alive', lines('HTTP/1.0 200 OK', 'Connection: Keep-Alive', 'Content-Length: 0', '', ''), kept()],
  ['bytes after the end', lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok!'), last()],
  [
    'both length and chunks',
    lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked', '', '0', '', ''),
    last(),
  ],
  ['a status line of another protocol', lines('SSH-2.0-OpenSSH_9.6', ''), failed('protocol bad status line')],
  ['HTTP/2', lines('HTTP/2 200 OK', ''), failed('protocol bad status line')],
  ['a status that is none', lines('HTTP/1.1 2x0 OK', ''), failed('protocol bad status line')],
  ['a status of four digits', lines('HTTP/1.1 2000 OK', ''), failed('protocol bad status line')],
  ['a header without a colon', lines('HTTP/1.1 200 OK', 'nonsense', ''), failed('protocol bad header')],
  ['a blank before the colon', lines('HTTP/1.1 200 OK', 'Content-Length : 3', ''), failed('protocol bad header')],
  [
    'a length that is none',
    lines('HTTP/1.1 200 OK', 'Content-Length: -1', '', ''),
    failed('protocol bad content-length'),
  ],
  [
    'two lengths',
    lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2', '', ''),
    failed('protocol bad content-length'),
  ],
  [
    'a chunk size that is none',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'xyz', ''),
    failed('protocol bad chunk size'),
  ],
  [
    'an endless chunk size',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'f'.repeat(20), ''),
    failed('protocol bad chunk size'),
  ],
  [
    'a chunk longer than it said',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '1', 'abc', ''),
    failed('protocol bad chunk end'),
  ],
  [
    'an endless chunk extension',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', `1;${'x'.repeat(5000)}`),
    failed('protocol chunk line too long'),
  ],
  [
    'endless headers',
    lines('HTTP/1.1 200 OK', ...Array.from({ length: 9000 }, () => 'A: bcdef')),
    failed('protocol headers too long'),
  ],
  ['one endless header', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`, failed('protocol headers too long')],
  ['endless interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(4000), failed('protocol headers too long')],
  [
    'sizes with many zeros before them',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', `${'0'.repeat(30)}2`, 'ab', '0', '', ''),
    kept(),
  ],
  [
    'a length with many zeros before it',
    lines('HTTP/1.1 200 OK', `Content-Length: ${'0'.repeat(30)}2`, '', 'ab'),
    kept(),
  ],
  [
    'a length beyond all counting',
    lines('HTTP/1.1 200 OK', 'Content-Length: 1000000000000000', '', ''),
    failed('protocol bad content-length'),
  ],
  ['stray CRs behind its status', 'HTTP/1.1 304 \r\r\r\n', failed('protocol bad status line')],
  ['a NUL in its reason phrase', 'HTTP/1.1 200 O\0K', failed('protocol bad status line')],
  ['bytes above ASCII in a header', lines('HTTP/1.1 204 OK', 'A:\t\x80\xff ', '', ''), kept(204)],
  ['a CR inside a header', lines('HTTP/1.1 200 OK', 'A: b\rc'), failed('protocol bad header')],
  ['a NUL inside a header', lines('HTTP/1.1 200 OK', 'A: b\0'), failed('protocol bad header')],
  ['a DEL inside a header', lines('HTTP/1.1 200 OK', 'A: b\x7f'), failed('protocol bad header')],
  ['a CR behind its head', lines('HTTP/1.1 200 OK', 'A: b', '\r', ''), failed('protocol bad header')],
  ['a header name that is no token', lines('HTTP/1.1 200 OK', 'A(b): c', ''), failed('protocol bad header')],
  ['a header name above ASCII', lines('HTTP/1.1 200 OK', 'A\xe9: c', ''), failed('protocol bad header')],
  ['a header without a name', lines('HTTP/1.1 200 OK', ': c', ''), failed('protocol bad header')],
  ['every byte a header name may have', lines('HTTP/1.1 204 OK', "azAZ09!#$%&'*+-.^_`|~: b", '', ''), kept(204)],
  [
    'a chunk size that ends in a bare LF',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n',
    failed('protocol bad chunk size'),
  ],
  [
    'a chunk that ends in a bare LF',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\n0\r\n\r\n',
    failed('protocol bad chunk end'),
  ],
  [
    'a NUL in a chunk extension',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '2;a=\0', ''),
    failed('protocol bad chunk size'),
  ],
  [
    'a trailer without a colon',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', 'nonsense', ''),
    failed('protocol bad trailer'),
  ],
  [
    'a trailer name that is no token',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', 'A b: c', ''),
    failed('protocol bad trailer'),
  ],
  [
    'a CR inside a trailer',
    lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', 'A: b\rc', ''),
    failed('protocol bad trailer'),
  ],
  ['an unfinished head', lines('HTTP/1.1 200 OK', 'Content-Le'), more],
  ['an unfinished body', lines('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hel'), more],
  ['an unfinished chunk', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5', 'hel'), more],
  ['missing trailers', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', ''), more],
];

describe('a response', () => {
  it.each(whole)('with %s', (_, text, outcome) => {
    expect(read([bytes(text)])).toEqual(outcome);
  });

  it('to a HEAD request has no body', () => {
    const text = lines('HTTP/1.1 200 OK', 'Content-Length: 500', '', '');
    expect(read([bytes(text)], { headOnly: true })).toEqual(kept());
  });

  it('of unknown length ends with the connection', () => {
    const text = lines('HTTP/1.1 200 OK', 'Server: x', '', 'as long as it takes');
    expect(read([bytes(text)])).toEqual(more);
    expect(read([bytes(text)], { closes: true })).toEqual(last());
  });

  it.each([
    ['before its first byte', '', 'closed before the response'],
    ['in its head', lines('HTTP/1.1 200 OK', 'Conte'), 'closed in the response'],
    ['in its body', lines('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hel'), 'closed in the response'],
    [
      'in its last chunk',
      lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', ''),
      'closed in the response',
    ],
  ])('cut off %s is a failure', (_, text, failure) => {
    expect(read([bytes(text)], { closes: true })).toEqual(failed(failure));
  });

  it('can follow another on the same reader', () => {
    const reader = new ResponseReader();
    for (const [text, status] of [
      [lines('HTTP/1.1 500 Oops', 'Transfer-Encoding: chunked', '', '0', '', ''), 500],
      [lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'), 200],
      [lines('HTTP/1.1 204 No Content', '', ''), 204],
    ] as const) {
      reader.start(false);
      expect(reader.untouched).toBe(true);
      reader.push(bytes(text), text.length);
      expect({
        state: reader.state,
        status: reader.status,
        reusable: reader.reusable,
        untouched: reader.untouched,
      }).toEqual({
        state: 'done',
        status,
        reusable: true,
        untouched: false,
      });
    }
  });

  it('is read from a buffer that holds old bytes behind the new ones', () => {
    const reader = new ResponseReader();
    reader.start(false);
    const text = lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
    reader.push(bytes(`${text}stale bytes of an earlier read`), text.length);
    expect([reader.state, reader.reusable]).toEqual(['done', true]);
  });
});

/** The bytes cut into reads at these places. */
function cut(all: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (all.length + 1)).sort((a, b) => a - b), all.length];
  return sorted.slice(1).map((end, index) => Uint8Array.from(all.subarray(sorted[index], end)));
}

describe('any response', () => {
  const places = fc.array(fc.nat(), { maxLength: 12 });
  const flags = { headOnly: fc.boolean(), closes: fc.boolean() };

  it('means the same however it is cut into reads', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...whole.map(([, text]) => bytes(text))),
        places,
        fc.record(flags),
        (all, at, options) => {
          expect(read(cut(all, at), options)).toEqual(read([all], options));
        },
      ),
      { seed: 7, numRuns: 3000 },
    );
  });

  it('means the same read byte by byte', () => {
    for (const [, text, outcome] of whole) {
      const all = bytes(text);
      expect(read(Array.from(all, (byte) => Uint8Array.of(byte)))).toEqual(outcome);
    }
  });

  it('even of mutilated or random bytes is an outcome, never an exception, and does not depend on the reads', () => {
    const mutilated = fc
      .tuple(
        fc.constantFrom(...whole.map(([, text]) => bytes(text).subarray(0, 2000))),
        fc.nat(),
        fc.uint8Array({ maxLength: 6 }),
      )
      .map(([all, at, noise]) => {
        const place = at % (all.length + 1);
        return Buffer.concat([all.subarray(0, place), noise, all.subarray(place + noise.length)]);
      });
    fc.assert(
      fc.property(
        fc.oneof(mutilated, fc.uint8Array({ maxLength: 300 })),
        places,
        fc.record(flags),
        (all, at, options) => {
          const outcome = read(cut(all, at), options);
          expect(outcome).toEqual(read([all], options));
          expect(['more', 'done', 'failed']).toContain(outcome.state);
          if (options.closes) expect(outcome.state).not.toBe('more');
        },
      ),
      { seed: 8, numRuns: 5000 },
    );
  });
});

it.each([
  ['of known length', lines('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hello')],
  ['in chunks', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3', 'hel', '2', 'lo', '0', '', '')],
  ['up to the end of the connection', lines('HTTP/1.1 200 OK', '', 'hello')],
])('shows a body %s to its listener and nothing else, however it is cut', (_name, text) => {
  for (let cut = 1; cut < text.length; cut++) {
    const reader = new ResponseReader();
    let seen = '';
    reader.body = { take: (part, from, to) => (seen += Buffer.from(part.subarray(from, to)).toString()) };
    reader.start(false);
    for (const part of [text.slice(0, cut), text.slice(cut)]) reader.push(bytes(part), part.length);
    expect(seen).toBe('hello');
  }
});

/** Where our reader differs from Node's parser (llhttp, strict) on purpose, with the section of RFC 9112 and the reason. */
import { inHeads, withPlainChunkSizes, withPlainInterims, withWholeFields, withWholeLineEnds } from './mend.ts';
import { readOurs } from './our-client.ts';
import { differenceOf, type Outcome } from './outcome.ts';

/** A response that the two clients took for different things. */
export interface Case {
  readonly text: string;
  readonly isHead: boolean;
  readonly ours: Outcome;
  readonly nodes: Outcome;
}

/** One difference that is meant. */
export interface Accepted {
  readonly id: string;
  /** Of RFC 9112, unless it says another number. */
  readonly section: string;
  readonly reason: string;
  /** The versions of llhttp that differ so, where not all do: the oldest and the newest Node that are supported bring their own. */
  readonly parser?: string;
  /** A response that differs in this way and no other, as proof that the entry is needed. */
  readonly example: string;
  /** Whether the example answers a HEAD request. */
  readonly isHead?: true;
  applies(found: Case): boolean;
  /** The same response without the oddity: the reason holds only if we make the same of one of these, and Node agrees then. */
  mended?(text: string): readonly string[];
}

const head = 'HTTP/1.1 200 OK\r\n';
const twoBytes = 'Content-Length: 2\r\n\r\nok';
const tabbed = /(content-length|transfer-encoding|connection):[^\n]*\t/i;
const framings = /(content-length|transfer-encoding|connection):[^\n]*/gi;
const emptyCoding = /(transfer-encoding:)[ \t]*(?=\r?\n)/gi;
const bothFramings = /Content-Length can't be present with|Transfer-Encoding can't be present with/;
const oddFraming = new RegExp(`${bothFramings.source}|Empty Transfer-Encoding`);
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;

const interim = /HTTP\/1\.\d 1\d\d/;
const lengthTwice = /(content-length:[^\n]*\n(?:[^\r\n][^\n]*\n)*?)content-length:[^\n]*\n/gi;

/** All of them; first where we are more lenient, then where we are stricter, then where only the moment or the fate differs. */
export const acceptedDifferences: readonly Accepted[] = [
  {
    id: 'bare LF in a head',
    section: '2.2',
    reason: 'a recipient may take a single LF for the end of a line, and Go clients do',
    example: `HTTP/1.1 200 OK\n${twoBytes}`,
    applies: ({ text, ours, nodes }) =>
      goesOn(ours) &&
      failedBy(nodes, /Missing expected (CR|LF) after|Invalid (header (field|value) char|response status)/) &&
      /(^|[^\r])\n/.test(text),
    mended: withWholeLineEnds,
  },
  {
    id: 'one length twice',
    section: '6.3, rule 5 (RFC 9110, 8.6)',
    reason: 'a recipient may take the same length said twice for one length, and Go clients do',
    example: `${head}Content-Length: 2\r\n${twoBytes}`,
    applies: ({ ours, nodes }) => goesOn(ours) && failedBy(nodes, /Duplicate Content-Length/),
    mended: (text) => inHeads(text, (heads) => heads.replace(lengthTwice, '$1')),
  },
  {
    id: 'framing in the trailers',
    section: '7.1.2 (RFC 9110, 6.5.1)',
    reason: 'a trailer never frames the message: it is passed over like any other',
    example: `${chunked}0\r\nContent-Length: 3\r\n\r\n`,
    applies: ({ text, ours, nodes }) =>
      goesOn(ours) &&
      failedBy(nodes, oddFraming) &&
      /\n0[^\n]*\n([^\n]+\n)*(content-length|transfer-encoding):/i.test(text),
  },
  {
    id: 'the framing of an interim response',
    section: '6.3, rule 1',
    reason: 'an interim response has no body, whatever its fields say',
    example: `HTTP/1.1 103 Early\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n${head}${twoBytes}`,
    applies: ({ text, ours, nodes }) => goesOn(ours) && failedBy(nodes, bothFramings) && interim.test(text),
    mended: withPlainInterims,
  },
  {
    id: 'length and transfer encoding',
    section: '6.3, rule 3',
    reason: 'the transfer encoding overrides the length; the answer counts, the connection is given up',
    example: `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    applies: ({ ours, nodes }) =>
      goesOn(ours) && !(ours.kind === 'done' && ours.reusable) && failedBy(nodes, bothFramings),
  },
  {
    id: 'an empty transfer coding where no body is',
    section: '6.3, rule 1',
    reason: 'such an answer ends with its head, whatever its fields say',
    parser: '9.4 and later',
    example: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding:\r\n\r\n',
    applies: ({ ours, nodes }) => goesOn(ours) && failedBy(nodes, /Empty Transfer-Encoding/),
    mended: (text) => inHeads(text, (heads) => heads.replace(emptyCoding, '$1 chunked')),
  },
  {
    id: 'a continued line',
    section: '5.2',
    reason: 'a user agent must take a line break with blanks behind it for a blank, and Go clients do',
    example: `${head}A: b\r\n c\r\n${twoBytes}`,
    applies: ({ text, ours, nodes }) =>
      goesOn(ours) &&
      failedBy(nodes, /Unexpected whitespace after header value|Invalid header (token|value char)/) &&
      /\n[ \t]/.test(text),
    mended: withWholeFields,
  },
  {
    id: 'an unknown transfer coding',
    section: '6.1 and 7',
    reason:
      'nobody can tell where such a body ends: refused at once, as in Go clients; Node waits for the connection to end',
    example: `${head}Transfer-Encoding: x\r\n\r\nok`,
    applies: ({ text, ours }) =>
      refusedAs(ours, 'protocol unknown transfer coding') && /transfer-encoding:/i.test(text),
  },
  {
    id: 'the transfer coding that is none',
    section: '7 (RFC 2616, 4.4)',
    reason: 'old servers say identity where there is no coding, beside the length that holds',
    example: `${head}Transfer-Encoding: identity\r\n${twoBytes}`,
    applies: ({ text, ours }) => goesOn(ours) && /transfer-encoding:[ \t]*identity[ \t]*\r?\n/i.test(text),
  },
  {
    id: 'blanks behind a chunk size',
    section: '7.1.1',
    reason: 'a recipient must parse and remove bad whitespace there; old servers pad the size with it',
    example: `${chunked}0 \r\n\r\n`,
    applies: ({ text, ours, nodes }) =>
      goesOn(ours) &&
      failedBy(nodes, /Invalid character in chunk size/) &&
      /\n[0-9a-f]+[ \t]+(;|\r\n|\r?$)/i.test(text),
    mended: withPlainChunkSizes,
  },
  {
    id: 'odd chunk extensions',
    section: '7.1.1',
    reason: 'a recipient must ignore extensions it does not know: only their bytes are looked at, not their grammar',
    example: `${chunked}0;\r\n\r\n`,
    applies: ({ ours, nodes }) => goesOn(ours) && failedBy(nodes, /chunk extension/),
    mended: withPlainChunkSizes,
  },
  {
    id: 'minor versions to come',
    section: '2.3 (RFC 9110, 2.5)',
    reason: 'a minor version beyond 1 is read as HTTP/1.1',
    example: `HTTP/1.2 200 OK\r\n${twoBytes}`,
    applies: ({ text, ours, nodes }) =>
      goesOn(ours) && failedBy(nodes, /Invalid HTTP version/) && /HTTP\/1\.[2-9]/.test(text),
    mended: (text) => inHeads(text, (heads) => heads.replace(/HTTP\/1\.[2-9]/g, 'HTTP/1.1')),
  },
  {
    id: 'a tab around a value',
    section: '5 (RFC 9110, 5.6.3)',
    reason: 'blanks around a value or a member of a list are spaces or tabs; llhttp takes a tab for a part of it',
    example: `${head}Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n`,
    applies: ({ text }) => tabbed.test(text),
    mended: (text) => inHeads(text, (heads) => heads.replace(framings, (line) => line.replaceAll('\t', ' '))),
  },
  {
    id: 'HEAD without a length',
    section: '6.3, rule 1',
    reason: 'the answer to HEAD ends with its head, so the connection is as good as before',
    example: `${head}\r\n`,
    isHead: true,
    applies: ({ isHead, ours, nodes }) => isHead && isOnlyKept(ours, nodes),
  },
  {
    id: 'hints of Keep-Alive',
    section: 'C.2.2',
    reason: 'a hint when the server may close is no order to close, and what comes too late is known and told',
    example: `${head}Keep-Alive: timeout=0\r\n${twoBytes}`,
    applies: ({ text, ours, nodes }) => isOnlyKept(ours, nodes) && /keep-alive:/i.test(text),
    mended: (text) => inHeads(text, (heads) => heads.replace(/keep-alive:/gi, 'other-hints:')),
  },
  {
    id: 'Proxy-Connection',
    section: 'C.2.2',
    reason: 'no proxy is spoken to, and the field never meant anything to others',
    example: `${head}Proxy-Connection: close\r\n${twoBytes}`,
    applies: ({ text, ours, nodes }) => isOnlyKept(ours, nodes) && /proxy-connection:/i.test(text),
    mended: (text) => inHeads(text, (heads) => heads.replace(/proxy-connection:/gi, 'other-connection:')),
  },
  {
    id: 'an interim response that would close',
    section: '9.3 (RFC 9110, 15.2)',
    reason: 'the final response is still to come, whatever an interim one says of the connection',
    example: `HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n${head}${twoBytes}`,
    applies: ({ text, ours, nodes }) => goesOn(ours) && failedBy(nodes, /HPE_CLOSED_CONNECTION/) && interim.test(text),
    mended: withPlainInterims,
  },
  {
    id: 'empty lines before a status line',
    section: '2.2',
    reason: 'only a server is to pass over empty lines, before a request; Go clients refuse them as well',
    example: `\r\n${head}${twoBytes}`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol bad status line') && /^[\r\n]|\n\r?\n[\r\n]/.test(text),
  },
  {
    id: 'other major versions',
    section: '2.3',
    reason: 'HTTP/0.9 has no status line and HTTP/2 no text: nobody sends these',
    example: `HTTP/2.0 200 OK\r\n${twoBytes}`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol bad status line') && /HTTP\/(0\.9|2\.0)/.test(text),
  },
  {
    id: 'a status below 100',
    section: '4 (RFC 9110, 15)',
    reason: 'it is no status, so whether it was a good answer cannot be told',
    example: `HTTP/1.1 099 OK\r\n${twoBytes}`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol bad status line') && /HTTP\/1\.\d 0\d\d/.test(text),
  },
  {
    id: 'a stray CR in a status line',
    section: '2.2',
    reason: 'an element with a bare CR is invalid',
    parser: 'before 9.4',
    example: 'HTTP/1.1 304 \r\r\r\n',
    applies: ({ text, ours }) =>
      refusedAs(ours, 'protocol bad status line') && /HTTP\/1\.\d \d{3}[^\n]*\r[^\n]/.test(text),
  },
  {
    id: 'control bytes in a reason phrase',
    section: '4',
    reason: 'a reason phrase is of tabs, spaces, visible ASCII and bytes above it',
    example: `HTTP/1.1 200 O\0K\r\n${twoBytes}`,
    applies: ({ text, ours }) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
      refusedAs(ours, 'protocol bad status line') && /HTTP\/1\.\d \d{3} [^\r\n]*[\0-\x08\v\f\x0e-\x1f\x7f]/.test(text),
  },
  {
    id: 'a length of 16 digits',
    section: '6.3 (RFC 9110, 8.6)',
    reason: 'a number that cannot be counted exactly is refused at once; Node waits for those bytes',
    example: `HTTP/1.1 304 Not Modified\r\nContent-Length: 1000000000000000\r\n\r\n`,
    applies: ({ text, ours }) =>
      refusedAs(ours, 'protocol bad content-length') && /content-length:[\t ]*0*[1-9]\d{15}/i.test(text),
  },
  {
    id: 'a chunk of 2^48 bytes',
    section: '7.1',
    reason: 'a number that cannot be counted exactly is refused at once; Node waits for those bytes',
    example: `${chunked}1000000000000\r\n`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol bad chunk size') && /\n0*[1-9a-f][0-9a-f]{12}/i.test(text),
  },
  {
    id: 'an endless chunk line',
    section: '7.1.1',
    reason: 'a recipient ought to limit the length of chunk extensions; ours is 4 KiB a line',
    example: `${chunked}0;${'x'.repeat(4096)}\r\n\r\n`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol chunk line too long') && /\n[^\n]{4097}/.test(text),
  },
  {
    id: 'endless interim responses',
    section: '(RFC 9110, 15.2)',
    reason: 'all heads before the final one share its limit of 64 KiB, or a server could hold a request for ever',
    example: `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3000)}${head}${twoBytes}`,
    applies: ({ text, ours }) => refusedAs(ours, 'protocol headers too long') && interim.test(text),
  },
  {
    id: 'a line is judged when it is whole',
    section: '2.2',
    reason: 'what ends a line or continues it tells its meaning; one that breaks off is a failure all the same',
    example: `${head}no colon`,
    applies: ({ text, isHead, ours, nodes }) =>
      ours.kind === 'failed' && ours.atEnd && nodes.kind === 'failed' && isRefused(`${text}\r\n\r\n`, isHead),
  },
  {
    id: 'HTTP/1.0 that keeps alive and closes',
    section: '9.3',
    reason: 'the close option goes before keep-alive',
    example: `HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n${twoBytes}`,
    applies: ({ text, ours, nodes }) => isOnlyGivenUp(ours, nodes) && /HTTP\/1\.0/.test(text) && /close/i.test(text),
  },
  {
    id: 'HTTP/1.0 with a transfer encoding',
    section: '6.1',
    reason: 'its framing is faulty, so the connection must be closed behind it',
    example: `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    applies: ({ text, ours, nodes }) =>
      isOnlyGivenUp(ours, nodes) && /HTTP\/1\.0/.test(text) && /transfer-encoding:/i.test(text),
  },
  {
    id: 'switched protocols without an upgrade',
    section: '(RFC 9110, 15.2.2)',
    reason: 'behind a 101 is another protocol, whether its headers say which or not',
    example: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    applies: ({ ours, nodes }) => isOnlyGivenUp(ours, nodes) && ours.kind === 'done' && ours.status === 101,
  },
];

/** Whether our reader took the response for one, or would if more came. */
const goesOn = (ours: Outcome) => ours.kind === 'done' || ours.atEnd;
const failedBy = (nodes: Outcome, why: RegExp) => nodes.kind === 'failed' && !nodes.atEnd && why.test(nodes.why);
const refusedAs = (ours: Outcome, why: string) => ours.kind === 'failed' && ours.why === why;

/** Whether the two differ in nothing but that we do not use the connection again. */
const isOnlyGivenUp = (ours: Outcome, nodes: Outcome) => ours.kind === 'done' && isOnlyKept(nodes, ours);

/** Whether the first differs from the second in nothing but that it uses the connection again. */
const isOnlyKept = (one: Outcome, other: Outcome) =>
  one.kind === 'done' && one.reusable && differenceOf({ ...one, reusable: false }, other) === undefined;

function isRefused(text: string, isHead: boolean): boolean {
  const { outcome } = readOurs({ reads: [Buffer.from(text, 'latin1')], isHead });
  return outcome.kind === 'failed' && !outcome.atEnd;
}

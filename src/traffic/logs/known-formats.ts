/** The formats that servers write without being told, and the one that a log is in. */
import { createCommonClock, isoTime } from './clock-text.ts';
import { jsonFormatOf } from './json-format.ts';
import { type Field, type FormatPiece, lineFormat } from './line-format.ts';
import { isRequest, type LogFormat } from './logged-request.ts';

const scaled = (unit: number) => (text: string) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) / unit : Number.NaN);
const skipped = (name: string, pattern?: string): Field => ({ name, ...(pattern === undefined ? {} : { pattern }) });
const line: Field = { name: 'request', part: 'requestLine' };
const status: Field = { name: 'status', part: 'status' };
/** `-`, a number, or a user name with blanks in it. */
const who = [skipped('address'), ' ', skipped('ident'), ' ', skipped('user', '.*?'), ' ['] as const;

function common(...more: readonly FormatPiece[]): FormatPiece[] {
  const stamp: Field = { name: 'time', part: 'stamp', seconds: createCommonClock() };
  return [...who, stamp, '] "', line, '" ', status, ' ', skipped('size', '(?:\\d+|-)'), ...more];
}

const referrerAndAgent = [' "', skipped('referrer'), '" "', skipped('user agent'), '"'] as const;

/** Every format but JSON; of two that fit a log, the one that tells more comes first. */
const plainFormats: readonly LogFormat[] = [
  lineFormat(
    [
      ...common(...referrerAndAgent),
      ' ',
      skipped('number of the request', '\\d+'),
      ' "',
      skipped('router'),
      '" "',
      skipped('server'),
      '" ',
      { name: 'duration', part: 'duration', seconds: scaled(1e3), pattern: '\\d+(?:\\.\\d+)?' },
      'ms',
    ],
    { name: 'Traefik, common', stamp: 'start', escapes: false },
  ),
  lineFormat(
    [
      '[',
      { name: 'start time', part: 'stamp', seconds: isoTime },
      '] "',
      line,
      '" ',
      status,
      ' ',
      skipped('flags'),
      ' ',
      skipped('details', '.*?'),
      skipped('bytes received', '\\d+'),
      ' ',
      skipped('bytes sent', '\\d+'),
      ' ',
      { name: 'duration', part: 'duration', seconds: scaled(1e3), pattern: '\\d+' },
      ' ',
      skipped('upstream time', '(?:\\d+|-)'),
      ' "',
      skipped('forwarded for'),
      '" "',
      skipped('user agent'),
      '" "',
      skipped('request id'),
      '" "',
      { name: 'authority', part: 'host' },
      '"',
    ],
    { name: 'Envoy', stamp: 'start', escapes: false, mayGoOn: true },
  ),
  lineFormat([{ name: 'host', part: 'host', pattern: '[\\w.*-]+:\\d+' }, ' ', ...common(...referrerAndAgent)], {
    name: 'Apache, vhost_combined',
    stamp: 'start',
    escapes: true,
    mayGoOn: true,
  }),
  lineFormat(common(...referrerAndAgent), {
    name: 'nginx or Apache, combined',
    stamp: 'end',
    escapes: true,
    mayGoOn: true,
  }),
  lineFormat(common(), { name: 'nginx or Apache, common', stamp: 'end', escapes: true, mayGoOn: true }),
];

/** The format of most of these lines; undefined when that is none. */
export function formatOf(lines: readonly string[]): LogFormat | undefined {
  const written = lines.filter((each) => each.trim() !== '');
  const json = written.map(jsonFormatOf).find((format) => format !== undefined);
  const fits = (format: LogFormat) => written.filter((each) => isReadable(format, each)).length;
  const [best] = [...(json ? [json] : []), ...plainFormats]
    .map((format) => ({ format, count: fits(format) }))
    .sort((a, b) => b.count - a.count);
  return best && best.count * 2 > written.length ? best.format : undefined;
}

function isReadable(format: LogFormat, text: string): boolean {
  const read = format.read(text);
  return isRequest(read) || read.kind === 'other';
}

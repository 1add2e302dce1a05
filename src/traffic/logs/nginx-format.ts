/** `log_format` of nginx, as it stands in nginx.conf, to a format. */
import { createCommonClock, epochTime, isoTime } from './clock-text.ts';
import { type Field, type FormatPiece, lineFormat } from './line-format.ts';
import type { LogFormat } from './logged-request.ts';

const number = (text: string) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN);

/** What variables tell of a request; all others are passed over. */
function partOf(name: string): Omit<Field, 'name'> {
  switch (name) {
    case 'time_local':
      return { part: 'stamp', seconds: createCommonClock(), pattern: '[^ \\]"]+ [+-]\\d{4}' };
    case 'time_iso8601':
      return { part: 'stamp', seconds: isoTime };
    case 'msec':
      return { part: 'stamp', seconds: (text) => epochTime(number(text)) };
    case 'request_time':
      return { part: 'duration', seconds: number };
    case 'request':
      return { part: 'requestLine' };
    case 'request_method':
      return { part: 'method' };
    case 'request_uri':
      return { part: 'target' };
    case 'uri':
    case 'document_uri':
      return { part: 'path', pattern: '[^ "?]*' };
    case 'args':
    case 'query_string':
      return { part: 'query' };
    case 'marked_args':
      return { part: 'query', pattern: '(?:\\?[^ "]*|-)' };
    case 'status':
      return { part: 'status' };
    case 'http_host':
    case 'host':
      return { part: 'host' };
    default:
      // Of several upstreams there is a list, with commas and colons between.
      return name.startsWith('upstream_') || name.startsWith('http_x_forwarded') ? { pattern: listPattern } : {};
  }
}

const listPattern = '[^ "]*(?:(?:,| :) [^ "]*)*';

/** The text between the quotes of `log_format main '...' '...';`, or the whole where it is only that. */
function formatText(given: string): { readonly text: string; readonly escapes: boolean } {
  const directive = /^\s*log_format\s+\S+\s+(?:escape=(\w+)\s+)?([\s\S]*?);?\s*$/.exec(given);
  const body = directive?.[2] ?? given;
  const quoted = /^\s*(?:'[^']*'\s*)+;?\s*$/.test(body)
    ? [...body.matchAll(/'([^']*)'/g)].map(([, inner]) => inner)
    : [body];
  return { text: quoted.join(''), escapes: directive?.[1] !== 'none' };
}

/** The format of a `log_format`; what is wrong with it as a text. */
export function nginxFormat(given: string): LogFormat | string {
  const { text, escapes } = formatText(given);
  const pieces: FormatPiece[] = [];
  const found = new Set<string>();
  // The finer of two times.
  const hasMsec = /\$(?:msec\b|\{msec\})/.test(text);
  let from = 0;
  // $is_args is the question mark of $args; without any it is nothing, and $args a dash.
  const whole = text.replace(
    /\$(?:is_args|\{is_args\})\$(?:args|query_string|\{(?:args|query_string)\})/g,
    '$$marked_args',
  );
  for (const match of whole.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    const name = match[1] ?? match[2] ?? '';
    if (match.index > from) pieces.push(whole.slice(from, match.index));
    from = match.index + match[0].length;
    const { part, ...field }: Field = { name: `$${name}`, ...partOf(name) };
    const isFirst = part !== undefined && !found.has(part) && !(hasMsec && name.startsWith('time_'));
    pieces.push(isFirst ? { ...field, part } : field);
    if (isFirst) found.add(part);
  }
  if (from < whole.length) pieces.push(whole.slice(from));
  if (!found.has('stamp')) return 'has no time: $time_local, $time_iso8601 or $msec';
  if (!found.has('requestLine') && !(found.has('method') && (found.has('target') || found.has('path'))))
    return 'has no request: $request, or $request_method with $request_uri or $uri';
  return lineFormat(pieces, { name: 'nginx, its log_format', stamp: 'end', escapes });
}

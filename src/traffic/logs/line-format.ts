/** Log formats of plain text: pieces of text with fields between them, and what a line says in them. */

import { asked, askedBy, type NoRequest } from '../requests/request-line.ts';
import { escaped } from './clock-text.ts';
import type { LogFormat, LoggedRequest } from './logged-request.ts';

/** What a field tells of a request. */
type FieldPart =
  | 'stamp'
  | 'fraction'
  | 'duration'
  | 'requestLine'
  | 'method'
  | 'target'
  | 'path'
  | 'query'
  | 'status'
  | 'host';

/** One field of a format. */
export interface Field {
  /** As the format writes it, such as `$request_time`. */
  readonly name: string;
  /** Absent: it is passed over. */
  readonly part?: FieldPart;
  /** Its value as a number of seconds, for stamps and durations. */
  readonly seconds?: (text: string) => number;
  /** What it may consist of, where that is more than up to the next piece of text. */
  readonly pattern?: string;
}

/** Text and fields in turn, as a format writes a line. */
export type FormatPiece = string | Field;

/** What is known of a format beside its pieces. */
export type FormatFacts = Pick<LogFormat, 'name' | 'stamp' | 'isZoneless'> & {
  /** Whether values are written with `\x22` for a quote. */
  readonly escapes: boolean;
  /** Whether a line may go on behind the last piece. */
  readonly mayGoOn?: boolean;
};

/** The format of these pieces. */
export function lineFormat(pieces: readonly FormatPiece[], facts: FormatFacts): LogFormat {
  const { escapes, mayGoOn = false, ...told } = facts;
  const pattern = new RegExp(`^${sourceOf(pieces)}${mayGoOn ? '' : '\\r?$'}`);
  const places = placesOf(
    pieces.filter((piece): piece is Field => typeof piece !== 'string' && piece.part !== undefined),
  );
  return {
    ...told,
    read(line) {
      const match = pattern.exec(line);
      if (!match) return { kind: 'unreadable', why: whereItBreaks(pieces, line) };
      return requestOf(match, places, escapes);
    },
  };
}

/** In quotes a field goes on over quotes that are escaped, elsewhere up to the text that follows. */
function sourceOf(pieces: readonly FormatPiece[]): string {
  return pieces
    .map((piece, index) => {
      if (typeof piece === 'string') return escaped(piece);
      const next = pieces[index + 1];
      const before = pieces[index - 1];
      const isQuoted =
        typeof before === 'string' && before.endsWith('"') && typeof next === 'string' && next.startsWith('"');
      const bare = piece.part === 'requestLine' ? bareRequest : plainPattern(next);
      const own = piece.pattern ?? (isQuoted ? '(?:[^"\\\\]|\\\\.)*' : bare);
      return piece.part === undefined ? `(?:${own})` : `(${own})`;
    })
    .join('');
}

/** Without quotes around it, a request line has blanks of its own. */
const bareRequest = '[A-Z-]+ [^ ]+(?: HTTP/[\\d.]+)?';

function plainPattern(next: FormatPiece | undefined): string {
  return typeof next === 'string' ? `[^${escaped(next.charAt(0)).replace('^', '\\^')}]*` : '[^ ]*';
}

/** The first field, or text, at which a line is another than the format. */
function whereItBreaks(pieces: readonly FormatPiece[], line: string): string {
  for (let length = 1; length <= pieces.length; length++) {
    if (new RegExp(`^${sourceOf(pieces.slice(0, length))}`).test(line)) continue;
    const piece = pieces[length - 1];
    if (piece === undefined) break;
    return typeof piece === 'string'
      ? `${JSON.stringify(piece)} is not where the format has it`
      : `${piece.name} cannot be read`;
  }
  return 'it goes on behind the last field of the format';
}

/** The fields of a format by what they tell, and which group of the pattern each is. */
type Places = Readonly<Partial<Record<FieldPart, { readonly field: Field; readonly group: number }>>>;

function placesOf(fields: readonly Field[]): Places {
  return Object.fromEntries(fields.map((field, index) => [field.part, { field, group: index + 1 }]));
}

function requestOf(match: RegExpExecArray, places: Places, escapes: boolean): LoggedRequest | NoRequest {
  const text = (part: FieldPart) => match[places[part]?.group ?? -1] ?? '';
  const seconds = (part: FieldPart) => places[part]?.field.seconds?.(text(part)) ?? 0;
  const stampS = seconds('stamp') + seconds('fraction');
  if (Number.isNaN(stampS)) return unreadable(places.stamp?.field, text('stamp'));
  const took = text('duration');
  const durationS = took === '' || took === '-' ? undefined : seconds('duration');
  if (Number.isNaN(durationS)) return unreadable(places.duration?.field, took);
  const status = text('status');
  if (!/^(?:\d{3}|0|-|)$/.test(status)) return unreadable(places.status?.field, status);
  const method = text('method');
  const found =
    method === ''
      ? askedBy(text('requestLine'), escapes)
      : asked(method, text('target') || joined(text('path'), text('query')), escapes);
  if ('kind' in found) return found;
  const { host = text('host'), target } = found;
  return {
    stampS,
    durationS,
    method: found.method,
    target,
    host: hostText(host),
    status: Number(status) || 0,
  };
}

/** Without the port that goes without saying; `-` and nginx's `_` are no host. */
function hostText(host: string): string {
  return /^[-_]$/.test(host) ? '' : host.replace(/:(?:80|443)$/, '');
}

function joined(path: string, query: string): string {
  if (query === '' || query === '-' || query === '?') return path;
  return query.startsWith('?') ? path + query : `${path}?${query}`;
}

function unreadable(field: Field | undefined, text: string): NoRequest {
  return {
    kind: 'unreadable',
    why: `${field?.name ?? 'a field'} cannot be read, got ${JSON.stringify(text.slice(0, 60))}`,
  };
}

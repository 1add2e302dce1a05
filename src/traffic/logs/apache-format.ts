/** `LogFormat` of Apache httpd, as it stands in httpd.conf, to a format. */
import { createCommonClock, strftimeClock } from './clock-text.ts';
import { type Field, type FormatPiece, lineFormat } from './line-format.ts';
import type { LogFormat } from './logged-request.ts';

const scaled = (unit: number) => (text: string) => (/^\d+$/.test(text) ? Number(text) / unit : Number.NaN);
const bracketed = '\\[[^\\]]*\\]';
const withoutBrackets = (text: string) => text.slice(1, -1);

/** A time field, and whether it is of the end of a request and without a zone. */
interface TimeField extends Omit<Field, 'name'> {
  readonly isEnd?: boolean;
  readonly isZoneless?: boolean;
}

function timeField(form: string | undefined): TimeField | undefined {
  if (form === undefined) {
    const clock = createCommonClock();
    return { part: 'stamp', pattern: bracketed, seconds: (text) => clock(withoutBrackets(text)) };
  }
  const [, which = '', rest = ''] = /^(begin:|end:)?(.*)$/.exec(form) ?? [];
  const end = which === 'end:' ? { isEnd: true } : {};
  const units: Readonly<Record<string, number>> = { sec: 1, msec: 1e3, usec: 1e6 };
  const unit = units[rest];
  if (unit !== undefined) return { part: 'stamp', seconds: scaled(unit), pattern: '\\d+', ...end };
  if (rest === 'msec_frac') return { part: 'fraction', seconds: scaled(1e3), pattern: '\\d{3}', ...end };
  if (rest === 'usec_frac') return { part: 'fraction', seconds: scaled(1e6), pattern: '\\d{6}', ...end };
  const clock = strftimeClock(rest);
  if (!clock) return undefined;
  return {
    part: 'stamp',
    seconds: clock.read,
    pattern: clock.pattern,
    ...end,
    ...(clock.hasZone ? {} : { isZoneless: true }),
  };
}

function fieldOf(letter: string, argument: string | undefined): TimeField | undefined {
  switch (letter) {
    case 't':
      return timeField(argument);
    case 'D':
      return { part: 'duration', seconds: scaled(1e6) };
    case 'T':
      return { part: 'duration', seconds: scaled({ ms: 1e3, us: 1e6 }[argument ?? 's'] ?? 1) };
    case 'r':
      return { part: 'requestLine' };
    case 'm':
      return { part: 'method' };
    case 'U':
      return { part: 'path' };
    case 'q':
      return { part: 'query' };
    case 's':
      return { part: 'status' };
    case 'v':
    case 'V':
      return { part: 'host' };
    case 'i':
      return argument?.toLowerCase() === 'host' ? { part: 'host' } : {};
    default:
      return {};
  }
}

/** A directive of a format, as it is written, and the field that it is; the text `%` for `%%`. */
interface Directive {
  readonly whole: string;
  readonly field: TimeField | string | undefined;
}

const directive = /%(?:!?\d{3}(?:,\d{3})*)?[<>]?(?:\{[^}]*\})?(?:\^[A-Za-z]{2}|[A-Za-z%])/g;

function directiveOf(whole: string): Directive {
  const argument = /\{([^}]*)\}/.exec(whole)?.[1];
  const letter = whole.slice(-1);
  return { whole, field: letter === '%' ? '%' : /\^[A-Za-z]{2}$/.test(whole) ? {} : fieldOf(letter, argument) };
}

/** The format of a `LogFormat`; what is wrong with it as a text. */
export function apacheFormat(given: string): LogFormat | string {
  const quoted = /^\s*LogFormat\s+"((?:[^"\\]|\\.)*)"/i.exec(given)?.[1];
  const text = (quoted ?? given).replaceAll('\\"', '"').replaceAll('\\t', '\t');
  const directives = [...text.matchAll(directive)].map(([whole]) => directiveOf(whole));
  const unknown = directives.find(({ field }) => field === undefined);
  if (unknown) return `has a time that is not known: ${unknown.whole}`;
  const found = new Map<string, TimeField>();
  const fields = directives.map(({ whole, field }): FormatPiece => {
    if (field === undefined || typeof field === 'string') return '%';
    const { part, seconds, pattern } = field;
    const isFirst = part !== undefined && !found.has(part);
    if (isFirst) found.set(part, field);
    return {
      name: whole,
      ...(seconds ? { seconds } : {}),
      ...(pattern ? { pattern } : {}),
      ...(isFirst ? { part } : {}),
    };
  });
  if (!found.has('stamp')) return 'has no time: %t';
  if (!found.has('requestLine') && !(found.has('method') && found.has('path')))
    return 'has no request: %r, or %m with %U and %q';
  const between = text.split(directive);
  const pieces = between.flatMap((plain, index) => [plain, fields[index] ?? '']).filter((piece) => piece !== '');
  const stamp = found.get('stamp');
  return lineFormat(pieces, {
    name: 'Apache, its LogFormat',
    stamp: stamp?.isEnd ? 'end' : 'start',
    escapes: true,
    ...(stamp?.isZoneless ? { isZoneless: true } : {}),
  });
}

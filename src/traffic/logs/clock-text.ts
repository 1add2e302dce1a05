/** Times as access logs write them, to seconds since 1970. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads a time; NaN when it is none. */
export type ClockReader = (text: string) => number;

/** `28/Nov/2026:21:30:05 +0100`, perhaps with a fraction of the second, as nginx, Apache and Traefik write it; a line of the same second costs no more than a look. */
export function createCommonClock(): ClockReader {
  let [known, knownS] = ['', Number.NaN];
  return (text) => {
    if (text === known) return knownS;
    known = text;
    knownS = commonTime(text);
    return knownS;
  };
}

function commonTime(text: string): number {
  const match =
    /^(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?: (?:([+-])(\d{2}):?(\d{2})|Z))?$/.exec(
      text,
    );
  if (!match) return Number.NaN;
  const [, day, month, year, hour, minute, second, fraction = '', sign, zoneHour, zoneMinute] = match;
  const offsetS = sign ? (sign === '-' ? -1 : 1) * (Number(zoneHour) * 3600 + Number(zoneMinute) * 60) : 0;
  const at = months.indexOf(month ?? '');
  if (at < 0) return Number.NaN;
  const utcMs = Date.UTC(Number(year), at, Number(day), Number(hour), Number(minute), Number(second));
  return utcMs / 1000 - offsetS + Number(`0.${fraction || '0'}`);
}

/** `2026-11-28T21:30:05.123+01:00` (RFC 3339), also with a blank for the T and up to nine digits of the second. */
export function isoTime(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!match) return Number.NaN;
  const [, date, clock, fraction = '0', zone = 'Z'] = match;
  const offset = /^[+-]/.test(zone) ? zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2') : 'Z';
  return Date.parse(`${date}T${clock}${offset}`) / 1000 + Number(`0.${fraction}`);
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by how many there are: all between 1990 and 2200. */
export function epochTime(value: number): number {
  if (!(value > 6e8)) return Number.NaN;
  const unit = [1, 1e3, 1e6, 1e9].find((each) => value / each < 7.3e9);
  return unit === undefined ? Number.NaN : value / unit;
}

/** A time of any of these forms. */
export function createAnyClock(): ClockReader {
  const common = createCommonClock();
  return (text) => {
    if (/^\d{9,}(?:\.\d+)?$/.test(text)) return epochTime(Number(text));
    return /^\d{4}-/.test(text) ? isoTime(text) : common(text);
  };
}

const fieldOf: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  e: ' ?(?<d>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
  H: '(?<H>\\d{2})',
  M: '(?<M>\\d{2})',
  S: '(?<S>\\d{2})',
  z: '(?<z>[+-]\\d{4})',
  s: '(?<s>\\d{9,})',
  f: '(?<f>\\d{1,9})',
  a: '[A-Za-z]{3}',
  Z: '[A-Za-z]+',
};
const shortFor: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  R: '%H:%M',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  c: '%a %b %e %T %Y',
  h: '%b',
};

/** How times in a form of strftime are read, what they look like as a regular expression, and whether they tell their zone. */
export interface StrftimeClock {
  readonly read: ClockReader;
  readonly pattern: string;
  readonly hasZone: boolean;
}

/** The clock of a form; undefined when that has a field that is not known. */
export function strftimeClock(form: string): StrftimeClock | undefined {
  const long = form.replace(/%([TRFDch])/g, (_, key: string) => shortFor[key] ?? '');
  const unknown = [...long.matchAll(/%(.)/g)].some(([, key = '']) => key !== '%' && !(key in fieldOf));
  if (unknown) return undefined;
  const source = long.replace(/%(.)|[^%]+/g, (whole, key?: string) => {
    if (key === undefined) return escaped(whole);
    return key === '%' ? '%' : (fieldOf[key] ?? '');
  });
  const pattern = new RegExp(`^${source}$`);
  return {
    hasZone: /%[zs]/.test(long),
    pattern: source.replace(/\(\?<\w>/g, '(?:'),
    read: (text) => timeOf(pattern.exec(text)?.groups),
  };
}

/** A text as a regular expression of exactly that text. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function timeOf(groups: Readonly<Record<string, string | undefined>> | undefined): number {
  if (!groups) return Number.NaN;
  const { Y, y, m, b, d, H, M, S, z, s, f } = groups;
  const fraction = f === undefined ? 0 : Number(`0.${f}`);
  if (s !== undefined) return Number(s) + fraction;
  const month = b === undefined ? Number(m) - 1 : months.findIndex((each) => each.toLowerCase() === b.toLowerCase());
  const utcMs = Date.UTC(
    Number(Y ?? 2000 + Number(y)),
    month,
    Number(d),
    Number(H ?? 0),
    Number(M ?? 0),
    Number(S ?? 0),
  );
  const zoneMinutes = z === undefined ? 0 : Number(z.slice(1, 3)) * 60 + Number(z.slice(3));
  return utcMs / 1000 - (z?.startsWith('-') ? -60 : 60) * zoneMinutes + fraction;
}

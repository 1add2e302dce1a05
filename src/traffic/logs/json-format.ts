/** Access logs of one JSON object a line: Caddy's own, those of Traefik and Envoy, and what people make nginx write. */

import { type Asked, asked, askedBy, type NoRequest } from '../requests/request-line.ts';
import { createAnyClock, epochTime } from './clock-text.ts';
import type { LogFormat, LoggedRequest } from './logged-request.ts';

type Line = Readonly<Record<string, unknown>>;

/** The keys under which programs tell the same thing, in the order in which they are looked for. */
const keys = {
  stamp: [
    'ts',
    'msec',
    'time_iso8601',
    'time_local',
    'StartUTC',
    'StartLocal',
    'start_time',
    '@timestamp',
    'timestamp',
    'time',
  ],
  method: ['request_method', 'RequestMethod', 'method', 'http_method', 'verb'],
  target: ['request_uri', 'RequestPath', 'uri', 'path', 'url', 'http_path', 'request_path'],
  query: ['args', 'query_string', 'query'],
  status: ['status', 'DownstreamStatus', 'response_code', 'status_code', 'http_status'],
  host: ['http_host', 'RequestHost', 'host', 'authority', 'server_name', 'vhost'],
  line: ['request', 'request_line'],
} as const;

/** Where an answer's time stands, and what one of its unit is in seconds. */
const durations: readonly (readonly [key: string, unitS: number])[] = [
  ['request_time', 1],
  ['Duration', 1e-9],
  ['duration_ms', 1e-3],
  ['response_time_ms', 1e-3],
  ['latency_ms', 1e-3],
];

/** Caddy, as its `log` directive writes by default: a request as an object, stamped when it was answered. */
const caddy: LogFormat = {
  name: 'Caddy, JSON',
  stamp: 'end',
  read: (text) => readObject(text, caddyRequest),
};

/** Traefik, `format: json`: stamped when it began, its duration in nanoseconds. */
const traefik: LogFormat = { name: 'Traefik, JSON', stamp: 'start', read: (text) => readObject(text, plainRequest()) };

/** Envoy, its `json_format` with the usual keys: stamped when it began, its duration in milliseconds. */
const envoy: LogFormat = {
  name: 'Envoy, JSON',
  stamp: 'start',
  read: (text) => readObject(text, plainRequest([['duration', 1e-3]])),
};

/** What others write, stamped when it was answered, as nginx does. */
const other: LogFormat = { name: 'JSON', stamp: 'end', read: (text) => readObject(text, plainRequest()) };

/** The JSON format of a line; undefined when it is no JSON object. */
export function jsonFormatOf(text: string): LogFormat | undefined {
  const line = parsed(text);
  if (!line) return undefined;
  if (isMap(line['request']) && 'uri' in line['request']) return caddy;
  if ('DownstreamStatus' in line || 'StartUTC' in line) return traefik;
  if ('response_code' in line && 'start_time' in line) return envoy;
  return plainRequest()(line).kind === 'unreadable' ? undefined : other;
}

function isMap(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined;
  const value = tried(text) ?? tried(withoutByteEscapes(text));
  return isMap(value) ? value : undefined;
}

function tried(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Apache, and nginx without `escape=json`, write `\\x22` in a format that looks like JSON, and is none then. What is not ASCII becomes what
 * it is in a target, percent-encoded.
 */
function withoutByteEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex: string | undefined) => {
    if (hex === undefined) return whole;
    return Number.parseInt(hex, 16) < 0x80 ? `\\u00${hex}` : `%${hex.toUpperCase()}`;
  });
}

type Reading = (LoggedRequest & { readonly kind?: undefined }) | NoRequest;

function readObject(text: string, read: (line: Line) => Reading): LoggedRequest | NoRequest {
  const line = parsed(text);
  return line ? read(line) : { kind: 'unreadable', why: 'it is no JSON object' };
}

function unreadable(what: string): NoRequest {
  return { kind: 'unreadable', why: `${what} cannot be read` };
}

function caddyRequest(line: Line): Reading {
  const { request, ts, status, duration } = line;
  if (!isMap(request)) return { kind: 'other', why: 'it is another message of the server' };
  const stampS = typeof ts === 'number' ? epochTime(ts) : anyClock(String(ts));
  if (Number.isNaN(stampS)) return unreadable('ts');
  const { method, uri, host } = request;
  if (typeof method !== 'string' || typeof uri !== 'string') return unreadable('request.uri');
  return told(asked(method, uri, false), {
    stampS,
    durationS: secondsOf(duration),
    host: typeof host === 'string' ? host : '',
    status: typeof status === 'number' ? status : 0,
  });
}

/** A number of seconds; Caddy's `duration_format string` writes `1.5ms`. */
function secondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const units: Readonly<Record<string, number>> = {
    h: 3600,
    m: 60,
    s: 1,
    ms: 1e-3,
    µs: 1e-6,
    μs: 1e-6,
    us: 1e-6,
    ns: 1e-9,
  };
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|[µμu]s|ns)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}

const anyClock = createAnyClock();

function plainRequest(own: typeof durations = []): (line: Line) => Reading {
  return (line) => {
    const stamp = keys.stamp.map((key) => line[key]).find((value) => value !== undefined);
    const stampS = anyClock(String(stamp));
    if (Number.isNaN(stampS)) return unreadable('the time of the request');
    const text = (at: readonly string[]) =>
      at.map((key) => line[key]).find((value) => typeof value === 'string' && value !== '-');
    const found = askedIn(text);
    if (!found) return unreadable('the request');
    const status = Number(keys.status.map((key) => line[key]).find((value) => value !== undefined) ?? 0);
    return told(found, {
      stampS,
      durationS: durationOf(line, own),
      host: String(text(keys.host) ?? ''),
      status: Number.isInteger(status) ? status : 0,
    });
  };
}

function askedIn(text: (at: readonly string[]) => unknown): Asked | NoRequest | undefined {
  const whole = text(keys.line);
  const [method, target] = [text(keys.method), text(keys.target)];
  if (typeof method !== 'string' || typeof target !== 'string')
    return typeof whole === 'string' ? askedBy(whole, false) : undefined;
  const query = text(keys.query);
  const isApart = typeof query === 'string' && query !== '' && !target.includes('?');
  return asked(method, isApart ? `${target}?${query.replace(/^\?/, '')}` : target, false);
}

function durationOf(line: Line, own: typeof durations): number | undefined {
  for (const [key, unitS] of [...own, ...durations]) {
    const value = line[key];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && number >= 0) return number * unitS;
  }
  return undefined;
}

function told(
  found: Asked | NoRequest,
  rest: Pick<LoggedRequest, 'stampS' | 'durationS' | 'host' | 'status'>,
): Reading {
  if ('kind' in found) return found;
  const { stampS, durationS, host, status } = rest;
  return { stampS, durationS, method: found.method, target: found.target, host: found.host ?? host, status };
}

/** What a server must see of a random scenario, thought out anew from what is documented: nothing here is the product's. */
import type { RandomRequest, RandomScenario, Rows } from './random-scenario.ts';
import type { SeenRequest } from './recording-server.ts';

/** One request of a scenario: its name, and everything that may be seen of it, one for each row. */
export interface ExpectedRequest {
  readonly name: string;
  readonly seen: readonly SeenRequest[];
}

type Row = Rows[number];

/** What the requests of a scenario may look like to its target. */
export function expectedRequests(scenario: RandomScenario, port: number): ExpectedRequest[] {
  const { requests, rows, http, target } = scenario;
  const host = 'socket' in target ? target.named : `${target.named}:${port}`;
  return requests.map((request, index) => {
    const path = pathOf(scenario, index);
    return { name: `r${index}`, seen: rows.map((row) => seenOf({ ...request, path }, row, http, host)) };
  });
}

/** That of the URL, that of the request, or the one below the other. */
function pathOf({ requests, urlPath, hasPath, target }: RandomScenario, index: number): string {
  const own = hasPath[index] ? requests[index]?.path : undefined;
  const ofUrl = 'socket' in target || urlPath === undefined ? '' : urlPath;
  const [, base = '', baseQuery = ''] = /^([^?]*)\??(.*)$/s.exec(ofUrl) ?? [];
  if (own === undefined) return ofUrl.startsWith('/') ? ofUrl : `/${ofUrl}`;
  if (base.replace(/\/$/, '') + baseQuery === '') return own;
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(own) ?? [];
  const both = [baseQuery, query].filter((each) => each.length > 0).join('&');
  return base.replace(/\/$/, '') + path + (both === '' ? '' : `?${both}`);
}

/** Whether any request takes a row: a feeder without a use is no scenario in order. */
export function hasPlaces(scenario: RandomScenario): boolean {
  return scenario.requests.some(({ headers, body = '' }, index) =>
    [pathOf(scenario, index), body, ...Object.values(headers)].some((text) => /(^|[^$])(\$\$)*\$\{f\./.test(text)),
  );
}

function seenOf(
  { method, path, headers, body = '', basicAuth }: RandomRequest,
  row: Row,
  http: 1 | 2,
  host: string,
): SeenRequest {
  const given = Object.entries(headers).map(([name, value]) => [name, filled(value, row, (each) => each)] as const);
  const has = (name: string) => given.some(([each]) => each.toLowerCase() === name);
  const bytes = Buffer.from(
    filled(body, row, (each) => each),
    'utf8',
  );
  const length = bytes.length > 0 || ['POST', 'PUT', 'PATCH'].includes(method);
  const all = [
    ...(has('host') ? [] : [['Host', host] as const]),
    ...(has('user-agent') ? [] : [['User-Agent', 'rampart'] as const]),
    ...given,
    ...(basicAuth
      ? [
          [
            'Authorization',
            `Basic ${Buffer.from(`${basicAuth.user}:${basicAuth.password}`).toString('base64')}`,
          ] as const,
        ]
      : []),
    ...(length && !has('transfer-encoding') ? [['Content-Length', String(bytes.length)] as const] : []),
  ];
  const target = encoded(filled(path, row, encodedValue));
  const body1 = bytes.toString('latin1');
  if (http === 1) return { method, target, headers: all.flat(), body: body1 };
  const authority = all.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const fields = all
    .filter(([name]) => name.toLowerCase() !== 'host')
    .flatMap(([name, value]) => [name.toLowerCase(), value]);
  return { method, target, headers: [':authority', authority, ...fields], body: body1 };
}

function filled(text: string, row: Row, write: (value: string) => string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const found = /^\$\{f\.(id|word|token)\}/.exec(rest);
    if (rest.startsWith('$${')) {
      result += '${';
      at += 3;
    } else if (found) {
      result += write(row[found[1] as keyof Row]);
      at += found[0].length;
    } else {
      result += text[at];
      at++;
    }
  }
  return result;
}

/** What is not ASCII, byte by byte. */
function encoded(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : percent(byte)))
    .join('');
}

/** Of a value also blanks, `#` and controls. */
function encodedValue(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => (byte > 0x20 && byte < 0x7f && byte !== 0x23 ? String.fromCharCode(byte) : percent(byte)))
    .join('');
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

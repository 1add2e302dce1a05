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
  const { requests, rows, urlPath } = scenario;
  return requests.map((request, index) => {
    const path = urlPath ?? request.path;
    return { name: `r${index}`, seen: rows.map((row) => seenOf({ ...request, path }, row, scenario.http, port)) };
  });
}

/** Whether any request takes a row: a feeder without a use is no scenario in order. */
export function hasPlaces({ requests, urlPath }: RandomScenario): boolean {
  return requests.some(({ path, headers, body = '' }) =>
    [urlPath ?? path, body, ...Object.values(headers)].some((text) => /(^|[^$])(\$\$)*\$\{f\./.test(text)),
  );
}

function seenOf(
  { method, path, headers, body = '', basicAuth }: RandomRequest,
  row: Row,
  http: 1 | 2,
  port: number,
): SeenRequest {
  const given = Object.entries(headers).map(([name, value]) => [name, filled(value, row, (each) => each)] as const);
  const has = (name: string) => given.some(([each]) => each.toLowerCase() === name);
  const bytes = Buffer.from(
    filled(body, row, (each) => each),
    'utf8',
  );
  const length = bytes.length > 0 || ['POST', 'PUT', 'PATCH'].includes(method);
  const all = [
    ...(has('host') ? [] : [['Host', `127.0.0.1:${port}`] as const]),
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

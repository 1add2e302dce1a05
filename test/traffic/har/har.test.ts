// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HarTaking, readHar } from '../../../src/traffic/har/read-har.ts';

const all: HarTaking = { methods: new Set(['GET', 'POST']), skipStatic: false };

interface Given {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly postData?: object;
  readonly status?: number;
  readonly mimeType?: string;
  readonly at?: string;
  readonly more?: object;
}

function entry(given: Given = {}): object {
  const {
    method = 'GET',
    url = 'https://shop.example/a',
    headers = {},
    postData,
    status = 200,
    mimeType = '',
    at = '2026-11-28T12:00:00.000Z',
    more,
  } = given;
  return {
    startedDateTime: at,
    request: {
      method,
      url,
      httpVersion: 'h2',
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      ...(postData ? { postData } : {}),
    },
    response: { status, content: { mimeType } },
    ...more,
  };
}

function read(entries: readonly unknown[], taking = all) {
  return readHar(JSON.stringify({ log: { version: '1.2', entries } }), taking);
}

const first = (given: Given) => read([entry(given)]).requests[0]?.request;

describe('an archive', () => {
  it('has requests in the order in which they were sent', () => {
    const { requests } = read([
      entry({ url: 'https://shop.example/b', at: '2026-11-28T12:00:01.500Z' }),
      entry({ url: 'https://shop.example/a?x=1', at: '2026-11-28T12:00:01.000Z' }),
    ]);
    expect(requests.map(({ request }) => request.path)).toEqual(['/a?x=1', '/b']);
    expect((requests[1]?.atS ?? 0) - (requests[0]?.atS ?? 0)).toBeCloseTo(0.5);
  });

  it('calls the same request the same, and another with its path something else', () => {
    const { requests } = read([entry({}), entry({}), entry({ headers: { Accept: 'text/plain' } })]);
    expect(requests.map(({ request }) => request.name)).toEqual(['GET /a', 'GET /a', 'GET /a 2']);
  });

  it('is of the host that was asked most, and names the others', () => {
    const { host, leftOut, requests } = read([
      entry({ url: 'https://cdn.example/x.js' }),
      entry({}),
      entry({}),
      entry({ url: 'data:text/plain,a' }),
      entry({ url: 'wss://shop.example/live' }),
    ]);
    expect(host).toBe('shop.example');
    expect(requests).toHaveLength(2);
    expect([...leftOut]).toEqual([
      ['to cdn.example', 1],
      ['no HTTP', 2],
    ]);
  });

  it.each([
    ['from the cache', { more: { _fromCache: 'disk' } }, "answered from the browser's cache"],
    ['never answered', { status: 0 }, 'never answered'],
    ['an upgrade', { status: 101 }, 'upgraded to another protocol (101)'],
    ['another method', { method: 'DELETE' }, 'method DELETE'],
  ] as const)('leaves out what was %s', (_, given, why) => {
    expect([...read([entry(given)]).leftOut.keys()]).toEqual([why]);
  });

  it('leaves out static files where that is asked for, by their kind', () => {
    const entries = ['image/png', 'text/css', 'application/javascript', 'font/woff2', 'application/json'].map(
      (mimeType) => entry({ mimeType }),
    );
    expect(read(entries, { ...all, skipStatic: true }).requests).toHaveLength(1);
  });

  it('keeps headers but those of a connection, of a browser, and of one person', () => {
    const headers = {
      ':authority': 'shop.example',
      Host: 'shop.example',
      Connection: 'keep-alive',
      'Content-Length': '3',
      'If-None-Match': '"a"',
      'Sec-Fetch-Mode': 'cors',
      Accept: 'text/html',
      'X-Total': '${a.b}',
      Cookie: 'sid=1',
      Authorization: 'Bearer s3cr3t',
      'X-Api-Key': 's3cr3t',
    };
    const { requests, outside } = read([entry({ headers })]);
    expect(requests[0]?.request.headers).toEqual({
      Accept: 'text/html',
      'X-Total': '$${a.b}',
      Cookie: '${env.COOKIE:?the value of the header Cookie}',
      Authorization: '${env.AUTHORIZATION:?the value of the header Authorization}',
      'X-Api-Key': '${env.X_API_KEY:?the value of the header X-Api-Key}',
    });
    expect([...outside.keys()]).toEqual(['COOKIE', 'AUTHORIZATION', 'X_API_KEY']);
    expect(JSON.stringify(requests)).not.toContain('s3cr3t');
  });

  it.each([
    ['text', { mimeType: 'text/plain', text: 'a ${b.c}' }, 'a $${b.c}'],
    ['base64', { mimeType: 'text/plain', text: 'YcOp', encoding: 'base64' }, 'aé'],
    [
      'the fields of a form',
      { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a b', value: 'c&d' }] },
      'a%20b=c%26d',
    ],
    [
      'JSON with a password',
      { mimeType: 'application/json', text: '{"user":"u","password":"s3\\"cr3t", "n":1}' },
      '{"user":"u","password":"${env.PASSWORD:?the value of the field password}", "n":1}',
    ],
    [
      'a form with a token',
      { mimeType: 'application/x-www-form-urlencoded', text: 'a=1&csrf_token=s3cr3t' },
      'a=1&csrf_token=${env.CSRF_TOKEN:?the value of the field csrf_token}',
    ],
  ])('has a body that is %s', (_, postData, body) => {
    expect(first({ method: 'POST', postData })?.body).toBe(body);
  });

  it('has a body of bytes that are no text', () => {
    const postData = {
      mimeType: 'application/octet-stream',
      text: Buffer.from([0, 255]).toString('base64'),
      encoding: 'base64',
    };
    expect(first({ method: 'POST', postData })?.bodyBytes).toEqual(Buffer.from([0, 255]));
  });

  it('expects a failure of the request to be one again', () => {
    expect(first({ status: 404 })?.statuses).toEqual([404]);
    expect(first({ status: 503 })?.statuses).toBeUndefined();
  });

  it.each([
    ['{', 'it is no JSON'],
    ['{"log":{}}', 'log.entries is missing'],
    ['[]', 'log.entries is missing'],
  ])('is refused when it is none: %s', (text, message) => {
    expect(() => readHar(text, all)).toThrow(message);
  });

  it('survives entries of any kind', () => {
    const value = fc.oneof(
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.constant(undefined),
    );
    const broken = fc.record({
      startedDateTime: value,
      request: fc.record({ method: value, url: value, headers: value, postData: value }),
      response: value,
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(broken, value, fc.constant(entry())), { maxLength: 8 }), (entries) => {
        const { requests, leftOut } = read(entries);
        const left = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
        expect(requests.length + left).toBe(entries.length);
      }),
    );
  });
});

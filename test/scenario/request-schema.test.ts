// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about

import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function load(requestLines: string) {
  const text = `name: ramp
topology: { compose: compose.yaml }
target: { service: api, port: 8080 }
load:
  steps: [{ rate: 200/s, for: 5s }]
${requestLines}`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario.load;
}

function refused(requestLines: string): string[] {
  try {
    load(requestLines);
  } catch (error) {
    return messageOf(error).split('\n');
  }
  throw new Error('the scenario was accepted');
}

const get = {
  ...{ name: '', weight: 1, method: 'GET', path: '/', headers: {}, body: '' },
  expect: { status: [], bodyContains: '' },
};

describe('requests of a scenario', () => {
  it('are GET / when nothing is said', () => {
    expect(load('').requests).toEqual([get]);
  });

  it('can be one', () => {
    const { requests } = load('  request: { method: PUT, path: /items, bodyFile: item.bin, expect: { status: 201 } }');
    expect(requests).toEqual([
      { ...get, method: 'PUT', path: '/items', bodyFile: 'item.bin', expect: { status: [201], bodyContains: '' } },
    ]);
  });

  it('can be several, with weights and names', () => {
    const { requests } = load(`  requests:
    - { name: list, weight: 3, path: /items, expect: { status: [200, 304], bodyContains: ok } }
    - { name: add, method: POST, path: /items, body: '{}', basicAuth: { user: anna, password: "geheim:€" } }`);
    expect(requests).toEqual([
      { ...get, name: 'list', weight: 3, path: '/items', expect: { status: [200, 304], bodyContains: 'ok' } },
      {
        ...{ ...get, name: 'add', method: 'POST', path: '/items', body: '{}' },
        headers: { Authorization: `Basic ${Buffer.from('anna:geheim:€').toString('base64')}` },
      },
    ]);
  });

  it('have header values as they are written', () => {
    const { requests } = load('  requests: [{ name: a, headers: { X-Version: 1.10, X-On: true } }]');
    expect(requests[0]?.headers).toEqual({ 'X-Version': '1.10', 'X-On': 'true' });
    expect(load('  request: { headers: { X-Id: 9007199254740993 } }').requests[0]?.headers).toEqual({
      'X-Id': '9007199254740993',
    });
  });

  it('can take data from feeders', () => {
    const { feeders, requests } =
      load(`  feeders: { user: { csv: users.csv }, page: { json: pages.json, order: random } }
  request: { path: "\${page.path}" }`);
    expect(feeders).toEqual({
      user: { file: 'users.csv', format: 'csv', order: 'sequential' },
      page: { file: 'pages.json', format: 'json', order: 'random' },
    });
    expect(requests[0]?.path).toBe('${page.path}');
  });

  it('are refused all at once, each with its place', () => {
    const text = `  requests:
    - { weight: 0, path: items }
    - { name: a, expect: { status: 20, bodyContains: "" } }
    - { name: a, weigth: 2 }`;
    expect(refused(text)).toEqual([
      'ramp.yaml:7:7 load.requests[0].name must be a name, got nothing (example: list)',
      'ramp.yaml:7:17 load.requests[0].weight must be a positive number, got 0 (example: 3)',
      'ramp.yaml:7:26 load.requests[0].path must start with / (example: /items?id=1), got "items"',
      'ramp.yaml:8:36 load.requests[1].expect.status must be a whole number from 100 to 599, got 20 (example: 200)',
      'ramp.yaml:8:54 load.requests[1].expect.bodyContains must be text, got "" (example: ok)',
      'ramp.yaml:9:26 load.requests[2].weigth is not a known key (did you mean weight?)',
    ]);
  });

  it.each([
    [
      'request and requests',
      '  request: { path: / }\n  requests: [{ name: a }]',
      'ramp.yaml:7:13 load.requests must not be given beside load.request: give one of the two',
    ],
    [
      'one name twice',
      '  requests: [{ name: a }, { name: a }]',
      'ramp.yaml:6:35 load.requests[1].name must be its own, but "a" is taken',
    ],
    [
      'no request at all',
      '  requests: []',
      'ramp.yaml:6:13 load.requests must have at least one request (example: - { name: list, path: /items })',
    ],
    [
      'two bodies',
      '  request: { body: a, bodyFile: b }',
      'ramp.yaml:6:33 load.request.bodyFile must not be given beside body: which of the two is sent?',
    ],
    [
      'two authorizations',
      '  request: { headers: { authorization: x }, basicAuth: { user: a, password: b } }',
      'ramp.yaml:6:56 load.request.basicAuth must not be given beside an Authorization header: which of the two is sent?',
    ],
    [
      'a feeder of two files',
      '  feeders: { user: { csv: a, json: b } }',
      'ramp.yaml:6:20 load.feeders.user must have csv or json, one of the two (example: { csv: users.csv })',
    ],
    [
      'a feeder that no place could name',
      '  feeders: { 1user: { csv: a } }',
      'ramp.yaml:6:21 load.feeders.1user must be made of letters, digits and dashes (example: user)',
    ],
    [
      'places where they are not filled',
      '  request: { basicAuth: { user: "${user.name}", password: b } }',
      'ramp.yaml:6:25 load.request.basicAuth must be plain text; what comes from a feeder goes into headers: { Authorization: … }',
    ],
    [
      'a header name with a blank',
      '  request: { headers: { "X Y": a } }',
      'ramp.yaml:6:32 load.request.headers.X Y must be an HTTP header name (example: X-Api-Key)',
    ],
    [
      'a body of HEAD',
      '  request: { method: HEAD, expect: { bodyContains: a } }',
      'ramp.yaml:6:52 load.request.expect.bodyContains needs a body, and HEAD has none',
    ],
    [
      'a body to look into that may be compressed in a way nobody here knows',
      '  request: { headers: { Accept-Encoding: zstd }, expect: { bodyContains: a } }',
      'ramp.yaml:6:74 load.request.expect.bodyContains needs a body that rampart can read, but Accept-Encoding allows zstd (it reads gzip, deflate and br)',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(refused(text)).toEqual([message]);
  });

  it.each([
    ['http://127.0.0.1/a', 'must be only the path and query: the rest of a URL is given as target.url'],
    ['/a b', 'must have no blanks (%20 is one, in a query also +)'],
    ['/a\\tb', 'must have no control characters (%0A is a line feed)'],
    ['/a\\r\\nX:y', 'must have no control characters (%0A is a line feed)'],
    ['/a#b', 'must have no fragment: what stands behind # is never sent (%23 is a plain #)'],
    ['/\\ud800', 'must be text: it has half a surrogate pair'],
    ['', 'must be a path, got "" (example: /items?id=1)'],
    ['*', 'must start with /: * is for OPTIONS only, and the method is GET'],
  ])('refuses the path %s', (path, message) => {
    expect(refused(`  request: { path: "${path}" }`)).toEqual([
      expect.stringContaining(`ramp.yaml:6:20 load.request.path ${message}`),
    ]);
  });

  it.each([
    ['Content-Length', 'x', 'must be the length of the body in bytes; rampart counts it itself: remove it, got "x"'],
    ['transfer-encoding', 'gzip, chunked', 'must be chunked, the only transfer coding that rampart can make'],
    ['TE', 'gzip', 'must be trailers: rampart reads no other transfer coding'],
    ['Connection', 'Upgrade', 'must be close or keep-alive, perhaps with TE, got "Upgrade"'],
    ['Connection', 'close, keep-alive', 'must be close or keep-alive'],
    ['Upgrade', 'websocket', 'must not be given: rampart speaks HTTP on a connection from beginning to end'],
    ['HTTP2-Settings', 'x', 'must not be given: rampart changes no connection to HTTP/2'],
    ['Trailer', 'X-Sum', 'must not be given: it announces fields behind the body'],
    ['X-A', 'caf\\u00e9', 'must be printable ASCII on one line'],
    ['X-A', 'a\\r\\nX-B: b', 'must be printable ASCII on one line'],
    [':path', '/x', 'must be an HTTP header name (example: X-Api-Key)'],
  ])('refuses the header %s: %s', (name, value, message) => {
    expect(refused(`  request: { headers: { "${name}": "${value}" } }`)).toEqual([
      expect.stringContaining(`load.request.headers.${name} ${message}`),
    ]);
  });

  it('refuses a header that is there twice, and two headers that frame the body', () => {
    expect(refused('  request: { headers: { Host: a, host: b } }')).toEqual([
      'ramp.yaml:6:40 load.request.headers.host is the same header as Host: give it once',
    ]);
    expect(refused('  request: { headers: { Content-Length: "1", Transfer-Encoding: chunked }, body: a }')).toEqual([
      expect.stringContaining('load.request.headers.Content-Length must not be given beside Transfer-Encoding'),
    ]);
  });

  it.each(['Connection: close', 'Keep-Alive: timeout=5', 'Proxy-Connection: close', 'Transfer-Encoding: chunked'])(
    'refuses %s with HTTP/2, which has no such header',
    (header) => {
      const [name] = header.split(':');
      expect(refused(`  http: 2\n  requests: [{ name: a, headers: { ${header} } }]`)).toEqual([
        expect.stringContaining(`load.requests[0].headers.${name} must not be given with load.http: 2`),
      ]);
    },
  );

  it('takes what frames a request and can be sent', () => {
    const headers = {
      Connection: 'close, TE',
      te: 'trailers',
      'Content-Length': '2',
      Expect: '100-continue',
      Host: '',
    };
    expect(
      load(`  request: { method: POST, body: ok, headers: ${JSON.stringify(headers)} }`).requests[0],
    ).toMatchObject({
      headers,
    });
    expect(load('  http: 2\n  request: { headers: { TE: trailers } }').http).toBe(2);
    expect(load('  request: { method: OPTIONS, path: "*" }').requests[0]?.path).toBe('*');
  });
});

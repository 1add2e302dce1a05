// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Scenario } from '../../src/model/scenario.ts';
import { known } from '../../src/registry.ts';
import { checkRequests } from '../../src/runs/scenario-files.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

const steps = [{ name: 'low', rate: '50/s', for: '1s' }];

function loaded(load: object): Scenario {
  const text = stringify({
    name: 'flows',
    topology: { engine: 'external' },
    target: { url: 'http://127.0.0.1:1/' },
    load: { steps, ...load },
  });
  return loadScenario({ file: 'a.yaml', text, overrides: [], known }).scenario;
}

function mistakesOf(load: object): string {
  try {
    loaded(load);
    return 'none';
  } catch (error) {
    return String(error);
  }
}

const login = { name: 'login', path: '/login', extract: { token: { json: '$.token' } } };
const cart = { name: 'cart', path: '/cart/${token}', think: '200ms' };
const buy = { name: 'buy', requests: [login, cart] };

it('reads a flow with all that it has', () => {
  const requests = [
    { ...login, extract: { ...login.extract, id: { header: 'X-Id' }, n: { regex: 'n=(\\d+)' } } },
    cart,
    { name: 'pay', method: 'POST', body: '${id}', redirects: 0, think: { from: '0ms', to: '1s' } },
  ];
  const { load } = loaded({ flows: [{ name: 'buy', weight: 3, cookies: true, redirects: 5, requests }] });
  expect(load.requests).toEqual([]);
  expect(load.flows).toMatchObject([
    {
      ...{ name: 'buy', weight: 3, cookies: true },
      requests: [
        {
          ...{ name: 'login', redirects: 5 },
          extract: {
            token: { from: 'json', path: '$.token' },
            id: { from: 'header', name: 'X-Id' },
            n: { from: 'regex', pattern: 'n=(\\d+)' },
          },
        },
        { name: 'cart', redirects: 5, think: { fromMs: 200, toMs: 200 } },
        { name: 'pay', think: { fromMs: 0, toMs: 1000 } },
      ],
    },
  ]);
  expect(load.flows?.[0]?.requests[2]).not.toHaveProperty('redirects');
});

it('says that a compressed answer may come', () => {
  expect(loaded({ request: { compression: 'gzip' } }).load.requests[0]?.headers).toEqual({ 'Accept-Encoding': 'gzip' });
  expect(mistakesOf({ request: { compression: 'gzip', expect: { bodyContains: 'a' } } })).toBe('none');
  expect(
    mistakesOf({ request: { headers: { 'accept-encoding': 'gzip;q=1, zstd;q=0' }, expect: { bodyContains: 'a' } } }),
  ).toBe('none');
});

describe('refuses', () => {
  it.each([
    [{ flows: [] }, 'must have at least one flow'],
    [{ flows: [{ name: 'a', requests: [] }] }, 'must have at least one request'],
    [{ flows: [buy, buy] }, 'load.flows[1].name must be its own, but "buy" is taken'],
    [{ flows: [{ name: 'a', requests: [login, login] }] }, 'requests[1].name must be its own, but "login" is taken'],
    [{ flows: [buy], request: { path: '/' } }, 'load.request needs a name beside load.flows'],
    [
      { flows: [buy], requests: [{ name: 'buy' }] },
      'load.flows[0].name must be its own, but "buy" is the name of a request',
    ],
    [
      { flows: [{ ...buy, requests: [{ ...login, think: '1s' }] }] },
      'requests[0].think must not be given for the first request',
    ],
    [{ flows: [{ name: 'a', cookies: true, requests: [login] }] }, 'flows[0].cookies would do nothing'],
    [{ request: { cookies: true } }, 'load.request.cookies would do nothing'],
    [
      { flows: [{ name: 'a', requests: [{ name: 'b', extract: { x: {} } }] }] },
      'extract.x must have json, header or regex',
    ],
    [
      { flows: [{ name: 'a', requests: [{ name: 'b', extract: { x: { json: '$[?(@.a)]' } } }] }] },
      'extract.x.json must be a JSON path',
    ],
    [
      { flows: [{ name: 'a', requests: [{ name: 'b', extract: { x: { regex: '(' } } }] }] },
      'extract.x.regex must be a regular expression',
    ],
    [
      { flows: [{ name: 'a', requests: [{ name: 'b', method: 'HEAD', extract: { x: { json: '$' } } }] }] },
      'extract.x needs a body, and HEAD has none',
    ],
    [
      {
        flows: [
          {
            name: 'a',
            requests: [{ name: 'b', headers: { 'Accept-Encoding': 'zstd' }, extract: { x: { json: '$' } } }],
          },
        ],
      },
      'but Accept-Encoding allows zstd',
    ],
    [
      { request: { headers: { 'Accept-Encoding': '*' }, expect: { bodyContains: 'a' } } },
      'but Accept-Encoding allows *',
    ],
    [
      { request: { headers: { 'Accept-Encoding': 'br' }, compression: 'gzip' } },
      'load.request.compression must not be given beside an Accept-Encoding header',
    ],
    [
      { flows: [{ ...buy, requests: [login, { ...cart, think: { from: '2s', to: '1s' } }] }] },
      'must have a from that is no longer than its to',
    ],
    [
      { http: 2, flows: [{ name: 'a', requests: [{ name: 'b', headers: { Connection: 'close' } }] }] },
      'load.flows[0].requests[0].headers.Connection must not be given with load.http: 2',
    ],
  ])('%j', (load, message) => {
    expect(mistakesOf(load)).toContain(message);
  });

  it('in a closed load what needs a look into answers', () => {
    const closed = { mode: 'closed', steps: [{ connections: 1, for: '1s' }] };
    expect(mistakesOf({ ...closed, flows: [buy] })).toContain('load.flows needs mode: open');
    expect(mistakesOf({ ...closed, request: { redirects: 1 } })).toContain('load.request.redirects needs mode: open');
    const packed = { compression: 'gzip', expect: { bodyContains: 'a' } };
    expect(mistakesOf({ ...closed, request: packed })).toContain('load.request.expect.bodyContains needs mode: open');
    expect(mistakesOf({ ...closed, request: { compression: 'gzip' } })).toBe('none');
  });
});

describe('of a flow whose paths are known', () => {
  const check = async (requests: readonly object[]) =>
    (await checkRequests(loaded({ flows: [{ name: 'a', requests }] }))).map(
      ({ path, message }) => `${path.join('.')} ${message}`,
    );

  it('finds nothing where each value is extracted before', async () => {
    expect(await check([login, cart, { name: 'pay', headers: { A: '${token}' }, body: '$${not} ${token}' }])).toEqual(
      [],
    );
  });

  it('finds values that nobody extracts before', async () => {
    const found = await check([
      { ...login, path: '/${token}' },
      { ...cart, body: '${other}' },
    ]);
    expect(found).toEqual([
      'load.flows.0.requests.0.path has ${token}, which no request before it in its flow extracts (none extracts anything; write $${ for a plain ${)',
      'load.flows.0.requests.1.body has ${other}, which no request before it in its flow extracts (they extract token; write $${ for a plain ${)',
    ]);
  });

  it('finds values where none is filled in, and feeders that are not there', async () => {
    const found = await check([login, { ...cart, path: '/${user.id}', expect: { bodyContains: '${token}' } }]);
    expect(found.join('\n')).toContain(
      'expect.bodyContains has ${token}, but only path, header values and body are filled',
    );
    expect(found.join('\n')).toContain('path has ${user.id}, but there is no such feeder');
  });
});

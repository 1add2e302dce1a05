import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function load(target: string, mode = 'open') {
  const text = `name: ramp
topology: { compose: compose.yaml }
load: { mode: ${mode}, steps: [{ ${mode === 'open' ? 'rate: 200/s, ' : ''}for: 5s }] }
target: ${target}`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario.target;
}

it.each([
  ['{ service: api, port: 80 }', { service: 'api', port: 80 }],
  ['{ service: api, port: 443, tls: {} }', { service: 'api', port: 443, tls: { insecure: false } }],
  ['{ url: "http://127.0.0.1:1/" }', { url: 'http://127.0.0.1:1/' }],
  ['{ url: "https://127.0.0.1:1/" }', { url: 'https://127.0.0.1:1/', tls: { insecure: false } }],
  ['{ socket: api.sock }', { socket: 'api.sock' }],
  [
    '{ socket: /api.sock, tls: { ca: ca.pem, cert: c.pem, key: k.pem, serverName: shop.example } }',
    {
      socket: '/api.sock',
      tls: { ca: 'ca.pem', cert: 'c.pem', key: 'k.pem', serverName: 'shop.example', insecure: false },
    },
  ],
])('the target may be %s', (text, target) => {
  expect(load(text)).toEqual(target);
});

it.each([
  ['{ url: "https://example.com/" }', 'ramp.yaml:4:16 target.url must be an http or https URL on a loopback address'],
  ['{ url: "http://127.0.0.1:1/", tls: {} }', 'ramp.yaml:4:44 target.tls needs an https URL'],
  [
    '{ url: "http://127.0.0.1:1/", socket: a }',
    'ramp.yaml:4:9 target must have service and port, or url or socket alone',
  ],
  ['{ socket: a, port: 80 }', 'ramp.yaml:4:9 target must have service and port, or url or socket alone'],
  [
    '{ socket: a, tls: { ca: c.pem, insecure: true } }',
    'ramp.yaml:4:33 target.tls.ca is of no use with insecure: true',
  ],
  ['{ socket: a, tls: { cert: c.pem } }', 'ramp.yaml:4:35 target.tls.cert is of no use without key'],
  [
    '{ socket: a, tls: { serverName: 127.0.0.1 } }',
    'ramp.yaml:4:41 target.tls.serverName must be a name, not an address',
  ],
])('the target may not be %s', (text, message) => {
  expect(() => load(text)).toThrow(message);
});

it.each([
  'http://127.0.0.1:1',
  'HTTP://LOCALHOST:1/',
  'http://[::1]:1/',
  'http://127.0.0.1/',
  'http://127.1:1/',
  'https://127.9.9.9:1/',
])('the address may be written %s', (url) => {
  expect(load(`{ url: "${url}" }`)).toMatchObject({ url });
});

it('is spoken to over TLS whatever the case of https', () => {
  expect(load('{ url: "HTTPS://127.0.0.1:1/" }').tls).toEqual({ insecure: false });
});

it.each([
  [
    'http://zoe:s3cret@127.0.0.1:1/',
    'must have no user name and password in it: they go into load.request, as basicAuth',
  ],
  ['http://zoe@127.0.0.1:1/', 'must have no user name and password in it'],
  ['http://127.0.0.1:1/a#top', 'must have no fragment'],
  ['http://127.0.0.1:0/', 'must have a port from 1 to 65535'],
  ['http://127.0.0.1:70000/', 'must be an http or https URL on a loopback address'],
  ['http:/127.0.0.1:1/', 'must be an http or https URL on a loopback address'],
  ['http://127.evil.example/', 'must be an http or https URL on a loopback address'],
  ['http://127.0.0.1:1/a b', 'must be an http or https URL on a loopback address without blanks'],
  ['http://127.0.0.1:1\\\\x', 'must be an http or https URL on a loopback address without blanks, control characters'],
  ['unix:/run/api.sock', 'a Unix socket is named by target: { socket: /run/api.sock }'],
  ['127.0.0.1:1', 'must be an http or https URL on a loopback address'],
])('the address may not be %s', (url, message) => {
  let refusal = '';
  try {
    load(`{ url: "${url}" }`);
  } catch (error) {
    refusal = messageOf(error);
  }
  expect(refusal).toContain('ramp.yaml:4:16 target.url');
  expect(refusal).toContain(message);
  expect(refusal).not.toMatch(/zoe|s3cret/);
});

describe('a URL with a path', () => {
  const pathsOf = (url: string, rest = '') => {
    const text = `name: ramp
topology: { engine: external }
target: { url: "${url}" }
load:
  steps: [{ rate: 200/s, for: 5s }]
${rest}`;
    const { load: read } = loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario;
    return read.requests.map(({ path }) => path);
  };

  it.each([
    ['http://127.0.0.1:1/api/v1/items?limit=10', '/api/v1/items?limit=10'],
    ['http://127.0.0.1:1/a/../b//c/', '/a/../b//c/'],
    ['http://127.0.0.1:1?q=1', '/?q=1'],
    ['http://127.0.0.1:1/a%2Fb%ZZ?x=[1]', '/a%2Fb%ZZ?x=[1]'],
    ['http://127.0.0.1:1/', '/'],
    ['http://127.0.0.1:1', '/'],
  ])('is where requests without one go: %s', (url, path) => {
    expect(pathsOf(url)).toEqual([path]);
    expect(pathsOf(url, '  requests: [{ name: a }, { name: b, method: POST }]')).toEqual([path, path]);
  });

  it('is not held against a path of a request', () => {
    expect(() => pathsOf('http://127.0.0.1:1/api', '  requests: [{ name: a }, { name: b, path: /b }]')).toThrow(
      'ramp.yaml:6:44 load.requests[1].path must not be given beside the path of target.url, /api',
    );
    expect(() => pathsOf('http://127.0.0.1:1/api', '  request: { path: / }')).toThrow(
      'ramp.yaml:6:20 load.request.path must not be given beside the path of target.url, /api',
    );
    expect(pathsOf('http://127.0.0.1:1/', '  request: { path: /b }')).toEqual(['/b']);
  });
});

it('is no service of targets that have no ports', () => {
  const text = `name: ramp
topology: { engine: external }
load: { steps: [{ rate: 200/s, for: 5s }] }
target: { service: api, port: 80 }`;
  expect(() => loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() })).toThrow(
    'ramp.yaml:4:20 target.service needs services with published ports',
  );
});

it('is not called secure where the engine does not look at certificates', () => {
  let refusal = '';
  try {
    load('{ url: "https://127.0.0.1:1/" }', 'closed');
  } catch (error) {
    refusal = messageOf(error);
  }
  expect(refusal).toContain('target cannot be verified with load.mode: closed');
  expect(load('{ url: "https://127.0.0.1:1/", tls: { insecure: true } }', 'closed').tls?.insecure).toBe(true);
});

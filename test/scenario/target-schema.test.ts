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
  ['{ url: "unix:///run/api.sock" }', { socket: '/run/api.sock' }],
  ['{ url: "UNIX:/run/my%20api.sock" }', { socket: '/run/my api.sock' }],
  ['{ url: "unix:///run/api.sock", tls: { insecure: true } }', { socket: '/run/api.sock', tls: { insecure: true } }],
  [
    '{ url: "http://staging.example/", allow: [staging.example] }',
    { url: 'http://staging.example/', allow: [{ host: 'staging.example' }] },
  ],
  [
    '{ url: "https://pr-7.example/", allow: [{ host: "*", reason: previews }] }',
    { url: 'https://pr-7.example/', tls: { insecure: false }, allow: [{ host: '*', reason: 'previews' }] },
  ],
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
  [
    '{ url: "https://example.com/" }',
    'ramp.yaml:4:16 target.url names example.com, which is not this machine, and load goes to others only by consent: --allow-host example.com, or target: { allow: [example.com] }',
  ],
  ['{ url: "http://127.example.com/" }', 'ramp.yaml:4:16 target.url names 127.example.com, which is not this machine'],
  ['{ url: "http://[2001:db8::1]/" }', 'consent: --allow-host 2001:db8::1, or target: { allow: ["2001:db8::1"] }'],
  ['{ url: "http://a.example/", allow: [b.example] }', 'ramp.yaml:4:16 target.url names a.example'],
  ['{ url: "ftp://127.0.0.1/" }', 'ramp.yaml:4:16 target.url must be an http or https URL, got "ftp://127.0.0.1/"'],
  [
    '{ url: "http://127.0.0.1/", allow: ["*"] }',
    'ramp.yaml:4:45 target.allow[0] bounds nothing, so it needs a reason, got "*" (example: { host: "*", reason: ',
  ],
  [
    '{ url: "http://127.0.0.1/", allow: [{ host: 0.0.0.0/0 }] }',
    'target.allow[0] bounds nothing, so it needs a reason, got "0.0.0.0/0"',
  ],
  [
    '{ url: "http://127.0.0.1/", allow: ["http://a.example"] }',
    'target.allow[0] must be a host alone, without the scheme and the path of a URL, got "http://a.example" (example: staging.example)',
  ],
  [
    '{ url: "http://127.0.0.1/", allow: staging.example }',
    'target.allow must be a list of hosts, got "staging.example"',
  ],
  ['{ service: api, port: 80, allow: [a.example] }', 'target.allow goes with a url: ports of services'],
  ['{ socket: a, allow: [a.example] }', 'target.allow goes with a url'],
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
  ['http://127.0.0.1:70000/', 'must be an http or https URL'],
  ['http:/127.0.0.1:1/', 'must be an http or https URL'],
  ['http://127.evil.example/', 'names 127.evil.example, which is not this machine'],
  ['http://127.0.0.1:1/a b', 'must be an http or https URL without blanks'],
  ['http://127.0.0.1:1\\\\x', 'must be an http or https URL without blanks, control characters'],
  [
    'unix:///run/api.sock:/v1',
    'names more than a Unix socket: unix:///run/api.sock here, and "/v1" in load.request.path',
  ],
  [
    'unix:///run/api.sock?x=1',
    'names more than a Unix socket: unix:///run/api.sock here, and "/" in load.request.path',
  ],
  ['unix://api.sock', 'names no absolute path: the path of a Unix socket stands alone, as unix:///run/api.sock'],
  ['unix:api.sock', 'target: { socket: api.sock } counts from the folder of the scenario'],
  ['unix:', 'names no absolute path'],
  ['unix:///run/100%.sock', 'has a % that begins no escape'],
  ['http://unix:/var/run/api.sock:/v1', 'unix:///var/run/api.sock here, and "/v1" in load.request.path'],
  ['http+unix://%2Frun%2Fapi.sock/v1?a=b', 'unix:///run/api.sock here, and "/v1?a=b" in load.request.path'],
  ['http://%2Frun%2Fapi.sock/v1', 'unix:///run/api.sock here, and "/v1" in load.request.path'],
  ['/run/api.sock', 'must be an http or https URL (did you mean the Unix socket unix:///run/api.sock?)'],
  ['localhost:8080/v1', 'must be an http or https URL (did you mean http://localhost:8080/v1?)'],
  ['[::1]:8080', 'must be an http or https URL (did you mean http://[::1]:8080?)'],
  ['http://[fe80::1%25eth0]/', 'must be an http or https URL; an address of one link (%eth0) can stand in none'],
  ['127.0.0.1:1', 'must be an http or https URL (did you mean http://127.0.0.1:1?)'],
  ['zoe:s3cret@127.0.0.1:1', 'must be an http or https URL, got'],
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

  it.each([
    ['http://127.0.0.1:1/api', '/items', '/api/items'],
    ['http://127.0.0.1:1/api/', '/items', '/api/items'],
    ['http://127.0.0.1:1/api//', '/items', '/api//items'],
    ['http://127.0.0.1:1/api', '/', '/api/'],
    ['http://127.0.0.1:1/', '/items', '/items'],
    ['http://127.0.0.1:1', '/items?', '/items?'],
    ['http://127.0.0.1:1/api?key=1', '/items', '/api/items?key=1'],
    ['http://127.0.0.1:1/api?key=1&v=2', '/items?id=3', '/api/items?key=1&v=2&id=3'],
    ['http://127.0.0.1:1?key=1', '/items?id=3?x', '/items?key=1&id=3?x'],
    ['http://127.0.0.1:1/api?', '/items?', '/api/items'],
    ['http://127.0.0.1:1/a%2Fb', '/../c', '/a%2Fb/../c'],
    ['unix:///run/api.sock', '/items', '/items'],
  ])('is what the paths of requests stand below: %s and %s', (url, path, whole) => {
    expect(pathsOf(url, `  requests: [{ name: b, path: "${path}" }]`)).toEqual([whole]);
    expect(pathsOf(url, `  request: { path: "${path}" }`)).toEqual([whole]);
  });

  it('has nothing to say of OPTIONS *', () => {
    expect(pathsOf('http://127.0.0.1:1/api?key=1', '  request: { method: OPTIONS, path: "*" }')).toEqual(['*']);
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

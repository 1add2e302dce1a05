import { expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

function load(target: string, mode = 'open') {
  const text = `name: ramp
topology: { engine: external }
load: { mode: ${mode}, steps: [{ rate: 200/s, for: 5s }] }
target: ${target}`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], samplers: [] }).scenario.target;
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
  ['{ socket: a, tls: { cert: c.pem } }', 'ramp.yaml:4:35 target.tls.cert is of no use without key'],
  [
    '{ socket: a, tls: { serverName: 127.0.0.1 } }',
    'ramp.yaml:4:41 target.tls.serverName must be a name, not an address',
  ],
])('the target may not be %s', (text, message) => {
  expect(() => load(text)).toThrow(message);
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

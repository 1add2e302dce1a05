// biome-ignore-all lint/suspicious/noTemplateCurlyInString: addresses that a run gives out look like this
/** Services of a scenario, read as the compose file that would say the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GoService } from '../../../src/model/topology-spec.ts';
import { parseComposeFile, serviceEnvironment } from '../../../src/topology/compose-file/compose-file.ts';
import { readHints } from '../../../src/topology/compose-file/service-labels.ts';
import { readComposeSource } from '../../../src/topology/compose-file/sources.ts';

const plain: GoService = { folder: '/shop', go: './cmd/api', args: [], env: {}, ports: [8080] };

function read(services: Record<string, Partial<GoService>>, env = {}) {
  const whole = Object.fromEntries(Object.entries(services).map(([name, one]) => [name, { ...plain, ...one }]));
  return parseComposeFile(readComposeSource({ compose: '/shop/topology.services', services: whole }), env);
}

function first(service: Partial<GoService>, env = {}) {
  const file = read({ api: service }, env);
  const [found] = file.services;
  if (!found) throw new Error('no service');
  return { ...found, variables: serviceEnvironment(found, file).variables };
}

describe('a service of a scenario', () => {
  it('has its package, arguments, ports and variables, and nothing to warn of', () => {
    const found = first({ args: ['serve', '-v'], env: { A: '1' }, ports: [8080, 9090] });
    expect(found).toMatchObject({
      build: { context: '/shop' },
      entrypoint: ['./program', 'serve', '-v'],
      containerPorts: [8080, 9090],
      variables: { A: '1' },
      needsDocker: [],
    });
    expect(read({ api: {} }).warnings).toEqual([]);
    expect(readHints('api', found.labels, {})).toMatchObject({ goPackage: './cmd/api', pprof: undefined });
  });

  it('says where it shows its runtime, with a path of its own or the usual one', () => {
    const { labels } = first({ pprof: '6060', metrics: '9090/prom/x', ready: '8080/healthz', address: '127.0.0.1' });
    expect(readHints('api', labels, {})).toMatchObject({
      pprof: { port: 6060, path: '/debug/pprof' },
      metrics: { port: 9090, path: '/prom/x' },
      ready: { port: 8080, path: '/healthz' },
      address: '127.0.0.1',
    });
  });

  it('is given addresses that a run gives out, and keeps every other dollar', () => {
    const hosts = { RAMPART_IP: '127.1.2.3', DB_API_HOST: '127.4.5.6', HOME: '/root' };
    const { variables, entrypoint } = first(
      { env: { ADDR: '${RAMPART_IP:-0.0.0.0}:80', PASSWORD: 'a$HOME${HOME}$$b', OTHER: '$' }, args: ['${RAMPART_IP}'] },
      hosts,
    );
    expect(variables).toEqual({ ADDR: '127.1.2.3:80', PASSWORD: 'a$HOME${HOME}$$b', OTHER: '$' });
    expect(entrypoint).toEqual(['./program', '127.1.2.3']);
    const file = read({ web: { env: { TO: '${DB_API_HOST}:1 ${API_HOST}' } }, 'db-api': {} }, hosts);
    const [web] = file.services;
    expect(web && serviceEnvironment(web, file).variables).toEqual({ TO: '127.4.5.6:1 ${API_HOST}' });
  });

  it('is given whatever is set, letter by letter', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    const texts = fc.record({ args: fc.array(fc.string()), env: fc.dictionary(name, fc.string({ unit: 'grapheme' })) });
    fc.assert(
      fc.property(texts, ({ args, env }) => {
        const found = first({ args, env });
        expect(found.entrypoint?.slice(1)).toEqual(args);
        expect(found.variables).toEqual({ ...env });
      }),
    );
  });
});

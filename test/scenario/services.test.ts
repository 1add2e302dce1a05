/** `topology.services`: what stands there, what may stand beside it, and what is refused with its place. */
import { describe, expect, it } from 'vitest';
import type { RampartError } from '../../src/model/errors.ts';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

function load(topology: string, more = '') {
  const text = `name: a\ntopology: ${topology}\ntarget: { service: api, port: 8080 }\nload: { steps: [{ rate: 1/s, for: 1s }] }\n${more}`;
  return loadScenario({ file: 's.yaml', folder: '/shop/load', text, overrides: [], known }).scenario.topology;
}

function refusal(topology: string, more = ''): string {
  try {
    load(topology, more);
  } catch (error) {
    return (error as RampartError).message;
  }
  return '';
}

const api = 'api: { go: ./cmd/api, ports: [8080] }';

describe('services of a scenario', () => {
  it('run as local processes, from folders that count from the scenario', () => {
    const topology = load(`{ services: { ${api}, web: { go: ., folder: ../web, ports: [80], pprof: 6060 } } }`);
    expect(topology).toMatchObject({
      engine: 'process',
      compose: '/shop/load/topology.services',
      services: {
        api: { folder: '/shop/load', go: './cmd/api', args: [], env: {}, ports: [8080] },
        web: { folder: '/shop/web', pprof: '6060' },
      },
    });
  });

  it.each([
    ['{ compose: c.yaml, services: { api: { go: ., ports: [1] } } }', 'topology.services cannot stand beside compose'],
    ['{ profiles: [a], services: { api: { go: ., ports: [1] } } }', 'topology.profiles is for services of a compose'],
    [
      '{ engine: compose, services: { api: { go: ., ports: [1] } } }',
      'topology.services has programs without an image',
    ],
    [
      '{ engine: external, services: { api: { go: ., ports: [1] } } }',
      'topology.services must not be given with engine',
    ],
    ['{ services: {} }', 'must name at least one service'],
    ['{ services: [api] }', 'must be a map of services'],
    ['{ services: { api: ./cmd/api } }', 'must be what a service is'],
    ['{ services: { "a b": { go: ., ports: [1] } } }', 'made of letters, digits, dots and dashes'],
    ['{ services: { api: { go: "-o x", ports: [1] } } }', 'must be one Go package'],
    ['{ services: { api: { go: . } } }', 'must be a list of ports'],
    ['{ services: { api: { go: ., ports: [] } } }', 'must name at least one port'],
    ['{ services: { api: { go: ., ports: [1], pprof: yes } } }', 'must be a port, or a port and a path'],
    ['{ services: { api: { go: ., ports: [1], pprof: 99999 } } }', 'must be a port, or a port and a path'],
    ['{ services: { api: { go: ., ports: [1], address: localhost } } }', 'must be an address in 127.0.0.0/8'],
    ['{ services: { api: { go: ., ports: [1], args: serve } } }', 'must be a list of arguments'],
    ['{ services: { api: { go: ., ports: [1], build: . } } }', 'build'],
    ['{ images: { api: x }, services: { api: { go: ., ports: [1] } } }', 'needs Docker'],
  ])('refuse %s', (topology, message) => {
    expect(refusal(topology)).toContain(message);
  });
});

import { expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function load(generators: string, rest = '', target = 'url: "http://127.0.0.1:1/"') {
  const text = `name: ramp
topology: { engine: external }
target: { ${target} }
load:
  generators: ${generators}
${rest === '' ? '  steps: [{ rate: 5/s, for: 5s }]' : rest}
`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario.load.generators;
}

function refused(...given: Parameters<typeof load>): string {
  try {
    load(...given);
  } catch (error) {
    return messageOf(error);
  }
  throw new Error('the scenario was accepted');
}

it('are so many that call, or those that are called', () => {
  expect(load('{ join: 2 }')).toEqual({ kind: 'join', count: 2, listen: '127.0.0.1:7070', withinMs: 60_000 });
  expect(load('{ join: 2, listen: "0.0.0.0:7171", within: 5s }')).toEqual({
    kind: 'join',
    count: 2,
    listen: '0.0.0.0:7171',
    withinMs: 5000,
  });
  expect(load('{ addresses: ["10.0.0.7:7070", "[fd00::1]:7070", "gen-2.example:80"] }')).toEqual({
    kind: 'addresses',
    addresses: ['10.0.0.7:7070', '[fd00::1]:7070', 'gen-2.example:80'],
    withinMs: 60_000,
  });
});

it('are pods, with what the scenario says of them and what is usual besides', () => {
  const usual = { resources: { cpu: '2', memory: '512Mi' }, nodeSelector: {}, tolerations: [], pullSecrets: [] };
  expect(load('{ pods: 4, image: "rampart:1" }')).toEqual({
    kind: 'pods',
    pods: 4,
    image: 'rampart:1',
    ...usual,
    withinMs: 60_000,
  });
  const given =
    '{ pods: 2, image: a, node: any, namespace: load, context: staging, hostNetwork: true, within: 5m, resources: { cpu: 1.5 }, ' +
    'nodeSelector: { pool: load }, tolerations: [{ key: load, operator: Exists }], pullSecrets: [registry] }';
  expect(load(given)).toEqual({
    kind: 'pods',
    pods: 2,
    image: 'a',
    node: 'any',
    namespace: 'load',
    context: 'staging',
    hostNetwork: true,
    resources: { cpu: '1.5', memory: '512Mi' },
    nodeSelector: { pool: 'load' },
    tolerations: [{ key: 'load', operator: 'Exists' }],
    pullSecrets: ['registry'],
    withinMs: 300_000,
  });
});

it('have a node to share only where they are pods', () => {
  const sharing = '  steps: [{ rate: 5/s, for: 5s }]\nvalidity: { mayShareNode: true }';
  expect(refused('{ join: 2 }', sharing)).toContain('validity.mayShareNode goes with load.generators.pods');
  expect(load('{ pods: 2, image: a, node: any }', sharing)).toMatchObject({ kind: 'pods', node: 'any' });
});

it.each([
  ['{}', 'load.generators must have one of join, addresses and pods'],
  ['{ pods: 2, join: 2, image: a }', 'load.generators must have one of join, addresses and pods'],
  ['{ pods: 2 }', 'load.generators.image is missing: what do the pods run?'],
  ['{ join: 2, image: a, node: any }', 'load.generators.image goes with pods'],
  ['{ join: 2, image: a, node: any }', 'load.generators.node goes with pods'],
  ['{ pods: 0, image: a }', 'load.generators.pods must be a whole number from 1 to 1000, got 0'],
  ['{ pods: 2, image: a, node: other }', 'load.generators.node must be separate or any, got "other"'],
  ['{ pods: 2, image: a, node: separate }', 'load.generators.node must be any where the topology is in no cluster'],
  ['{ pods: 2, image: a, resources: { cpu: 0 } }', 'load.generators.resources.cpu must be a number of cores, got "0"'],
  ['{ pods: 2, image: a, resources: { memory: much } }', 'must be an amount of memory, got "much" (example: 512Mi)'],
  ['{ pods: 2, image: a }\n  priority: high', 'load.priority must be normal with load.generators.pods'],
  ['{ join: 2, addresses: ["a:1"] }', 'load.generators must have one of join, addresses and pods'],
  ['{ listen: "127.0.0.1:1" }', 'load.generators.listen goes with join'],
  ['{ join: 0 }', 'load.generators.join must be a whole number from 1 to 1000, got 0'],
  ['{ join: 2, listen: here }', 'load.generators.listen must be HOST:PORT, got "here"'],
  ['{ addresses: [] }', 'load.generators.addresses must name at least one generator'],
  ['{ addresses: ["a:0"] }', 'load.generators.addresses[0] must be HOST:PORT, got "a:0"'],
  ['{ addresses: ["a:70000"] }', 'load.generators.addresses[0] must be HOST:PORT'],
  ['{ addresses: ["http://a:1"] }', 'load.generators.addresses[0] must be HOST:PORT'],
  ['{ addresses: ["a:1", "a:1"] }', 'but a:1 is named twice'],
  ['{ join: 9 }\n  maxConnections: 8', 'load.generators must not be more than maxConnections, 8'],
])('%s is refused', (generators, message) => {
  expect(refused(generators)).toContain(message);
});

it('are for the open loop, and for targets that another machine can reach', () => {
  const closed = '  mode: closed\n  steps: [{ connections: 8, for: 5s }]';
  expect(refused('{ join: 2 }', closed)).toContain('load.generators must be left out with mode: closed');
  expect(refused('{ join: 2 }', '', 'socket: /run/a.sock')).toContain('target is a Unix socket');
});

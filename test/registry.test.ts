/** Adding something to the registry's list is all that the command line and the scenario need to know of it. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outputFlags } from '../src/commands/print-result.ts';
import { scenarioFlags } from '../src/commands/scenario-flags.ts';
import { known, loadEngines, reporters, reportFormats, samplers, topologyEngines } from '../src/registry.ts';
import type { KnownKinds } from '../src/scenario/known-kinds.ts';
import { loadScenario } from '../src/scenario/load-scenario.ts';

function load(text: string, extended: KnownKinds) {
  return loadScenario({ file: 'new.yaml', text, overrides: [], known: extended }).scenario;
}

function scenarioOf({ topology = 'compose: compose.yaml', mode = 'open', step = 'rate: 1/s, ', observe = '' } = {}) {
  return `name: new
topology: { ${topology} }
target: { service: api, port: 8080 }
load: { mode: ${mode}, steps: [{ ${step}for: 1s }] }
observe: { ${observe} }
`;
}

describe('a line in the registry is enough', () => {
  it('for a load engine, open or closed, with what goes only with one of them', () => {
    const extended: KnownKinds = {
      ...known,
      loadEngines: [...loadEngines, { kind: 'replay', pacing: 'open' }, { kind: 'think', pacing: 'closed' }],
    };
    expect(load(scenarioOf({ mode: 'replay' }), extended).load.mode).toBe('replay');
    const closed = load(scenarioOf({ mode: 'think', step: '' }), extended).load;
    expect(closed.steps[0]?.shape).toMatchObject({ kind: 'closed' });
    expect(() => load(scenarioOf({ mode: 'think' }), extended)).toThrow('rate');
    expect(() => load(scenarioOf({ mode: 'other' }), extended)).toThrow('must be open, closed, replay or think');
  });

  it('for a topology engine that starts services, with what it refuses', () => {
    const refuses = { images: 'are built by the cluster' };
    const extended: KnownKinds = {
      ...known,
      topologyEngines: [...topologyEngines, { kind: 'cluster', refuses }],
    };
    const topology = 'engine: cluster, compose: compose.yaml';
    expect(load(scenarioOf({ topology }), extended).topology).toMatchObject({ engine: 'cluster' });
    const withImages = scenarioOf({ topology: `${topology}, images: { api: x }` });
    expect(() => load(withImages, extended)).toThrow('topology.images are built by the cluster');
  });

  it('for a topology engine that attaches to what runs', () => {
    const extended: KnownKinds = { ...known, topologyEngines: [{ kind: 'agent', attaches: true }] };
    const topology = 'engine: agent, targets: [{ name: api, pid: 1 }]';
    const text = scenarioOf({ topology }).replace('service: api, port: 8080', 'url: http://127.0.0.1:1/');
    expect(load(text, extended).topology).toMatchObject({ engine: 'agent', targets: [{ name: 'api' }] });
  });

  it('for a sampler', () => {
    const extended: KnownKinds = { ...known, samplers: [...samplers, { kind: 'sockets', options: z.literal(true) }] };
    expect(load(scenarioOf({ observe: 'sockets: true' }), extended).observe).toEqual({ sockets: true });
  });
});

it('flags offer what is registered, and nothing else', async () => {
  expect(scenarioFlags['engine']?.choices).toEqual(['auto', ...topologyEngines.map(({ kind }) => kind)]);
  const all = await reporters({ uplotJs: '', uplotCss: '' }, { color: false, width: 80 });
  const formats = all.map(({ format }) => format);
  expect(reportFormats).toEqual(formats);
  expect(outputFlags['format']?.choices).toEqual(formats);
});

it.each([
  ['load engine', loadEngines.map(({ kind }) => kind)],
  ['topology engine', topologyEngines.map(({ kind }) => kind)],
  ['sampler', samplers.map(({ kind }) => kind)],
  ['report format', reportFormats],
])('every %s has a name of its own', (_, kinds) => {
  expect(new Set(kinds).size).toBe(kinds.length);
});

it.each([
  ['profiles: { cpu: 2s, heap: 4s }', 'new.yaml:5:39 observe.profiles.heap must be'],
  ['profiles: { cpux: 2s }', 'new.yaml:5:30 observe.profiles.cpux is not a known key'],
  ['profiles: 7', 'new.yaml:5:22 observe.profiles'],
])('of %s says what is wrong inside it', (observe, message) => {
  expect(() => load(scenarioOf({ observe }), known)).toThrow(message);
});

it.each(samplers)('what is wrong with observe.$kind is told in its own words', ({ kind }) => {
  expect(() => load(scenarioOf({ observe: `${kind}: nonsense` }), known)).toThrow(
    new RegExp(`observe\\.${kind} must be .*\\(example: `),
  );
});

it.each([
  ['profiles: { trace: soon }', 'observe.profiles.trace must be knee, or say which (example: '],
  ['trace: { window: 2s, every: 2s }', 'observe.trace must leave 500 ms from the end of a window to the next'],
])('a mistake within the options of a sampler is told where it is: %s', (observe, words) => {
  expect(() => load(scenarioOf({ observe }), known)).toThrow(words);
});

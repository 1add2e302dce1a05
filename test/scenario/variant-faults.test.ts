/** Variants of a scenario that run only some of its faults, or none. */
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

function load(faults: unknown, variant: string | undefined, slo: readonly string[] = ['p99 < 50ms']) {
  const text = stringify({
    name: 'faults',
    topology: { compose: 'c.yaml' },
    target: { service: 'api', port: 80 },
    load: { steps: [{ rate: '50/s', for: '60s' }] },
    faults: [
      { name: 'late', at: '30s', for: '5s', kill: 'api#2' },
      { at: '10s', for: '5s', pause: 'api#1' },
    ],
    slo,
    variants: { storm: { env: { api: { A: '1' } } }, calm: { faults } },
  });
  return loadScenario({ file: 'f.yaml', text, overrides: [], known, variant });
}

const namesOf = (faults: unknown, variant: string | undefined) =>
  load(faults, variant).scenario.faults?.map(({ name }) => name);

it('runs all faults where a variant says nothing of them', () => {
  expect(namesOf('off', 'storm')).toEqual(['late', 'pause-api#1']);
});

it('runs none of them with off, and those that are named, with the names that they have without', () => {
  expect(namesOf('off', 'calm')).toEqual([]);
  expect(namesOf([], 'calm')).toEqual([]);
  expect(namesOf(['late'], 'calm')).toEqual(['late']);
  expect(namesOf(['pause-api#1'], 'calm')).toEqual(['pause-api#1']);
});

it('writes down what it runs', () => {
  expect(load('off', 'calm').text).not.toContain('kill');
  expect(load(['late'], 'calm').text).toContain('kill');
});

it('asks for no recovery from a fault that is not run', () => {
  const slo = ['recovery < 5s', 'recovery(late) < 2s', 'p99 < 50ms'];
  const rules = (faults: unknown) => load(faults, 'calm', slo).scenario.slo.map(({ text }) => text);
  expect(rules('off')).toEqual(['p99 < 50ms']);
  expect(rules(['pause-api#1'])).toEqual(['recovery < 5s', 'p99 < 50ms']);
  expect(rules(['late'])).toEqual(slo);
});

it('refuses names of no fault, with its place', () => {
  expect(() => load(['storm'], undefined)).toThrow(
    'variants.calm.faults must name faults of the scenario, got "storm" (faults: late, pause-api#1)',
  );
  expect(() => load('none', undefined)).toThrow('off or a list of names of faults');
});

/** What the manifest of a run keeps of what is known when it begins. */
import { expect, it } from 'vitest';
import type { Scenario } from '../../src/model/scenario.ts';
import type { RunningTopology } from '../../src/model/topology.ts';
import { type ManifestFacts, manifestOf } from '../../src/runs/manifest.ts';
import { observedRun, scenario } from '../helpers/raw-run.ts';

const target = (id: string, service: string) => ({ id, service, ports: {} });
const topology = {
  engine: 'compose',
  targets: [target('api-1', 'api'), target('loadbalancer-1', 'loadbalancer')],
  warnings: ['a warning'],
  facts: { docker: '20.10' },
} as unknown as RunningTopology;
const facts: ManifestFacts = {
  id: 'r1',
  toolVersion: '1.2.3',
  originWallMs: 0,
  scenario,
  engine: 'compose',
  topology,
  programs: new Map([['api-1', { version: 'go1.26.0', sources: ['binary'] }]]),
  calibration: undefined,
  samplers: [],
  startUs: 5,
};

it('lists the targets with their programs, those that take the load first', () => {
  expect(manifestOf(facts)).toMatchObject({
    startedAt: '1970-01-01T00:00:00.000Z',
    environment: {
      engine: 'compose',
      facts: { docker: '20.10' },
      targets: [{ id: 'loadbalancer-1' }, { id: 'api-1', go: { version: 'go1.26.0' } }],
    },
    warnings: ['a warning'],
    startUs: 5,
  });
});

it('lists the looks at conditions among what the targets have to bear', () => {
  const question = { kind: 'http', path: '/', status: 200, test: {} } as const;
  const lines = { service: 'api', replicas: 'all', question: { kind: 'log', pattern: 'up' } } as const;
  const of = (conditions: Scenario['conditions']) => manifestOf({ ...facts, scenario: { ...scenario, conditions } });
  expect(of({ up: { service: 'api', replicas: 'all', question } }).observers).toMatchObject([{ kind: 'conditions' }]);
  expect(of({ lines }).observers).toEqual([]);
});

it('keeps the order of targets that are only looked at', () => {
  const looked = manifestOf({ ...facts, scenario: observedRun([]).manifest.scenario });
  expect(looked.environment.targets.map(({ id }) => id)).toEqual(['api-1', 'loadbalancer-1']);
  expect(looked.scenario).not.toHaveProperty('load');
});

it('names the engine of a topology that did not come up', () => {
  const { environment } = manifestOf({ ...facts, topology: undefined });
  expect(environment).toMatchObject({ engine: 'compose', facts: {}, targets: [] });
});

/** What a scenario says of Kubernetes: objects, the cluster, and what cannot stand beside what. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { TopologySpec } from '../../src/model/topology-spec.ts';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { withAbsolutePaths } from '../../src/scenario/named-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-kube-'));
mkdirSync(join(folder, 'charts', 'shop'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

function read(topology: Readonly<Record<string, unknown>>, rest: Readonly<Record<string, unknown>> = {}) {
  const path = join(folder, 's.yaml');
  const text = stringify({
    name: 'k',
    topology,
    target: { service: 'api', port: 80 },
    load: { request: { path: '/' }, steps: [{ rate: '5/s', for: '1s' }] },
    ...rest,
  });
  writeFileSync(path, text);
  return loadScenario({ file: path, text, overrides: [], known });
}

const topologyOf = (topology: Readonly<Record<string, unknown>>): TopologySpec =>
  withAbsolutePaths(read(topology).scenario, folder).topology;

it('reads what objects are made of, with paths from its own folder', () => {
  expect(topologyOf({ engine: 'kubernetes', manifests: ['k8s', '../more.yaml'] })).toMatchObject({
    engine: 'kubernetes',
    manifests: { kind: 'files', files: [`${folder}/k8s`, join(folder, '../more.yaml')] },
    kube: { hostNetwork: false },
  });
  expect(topologyOf({ manifests: 'k8s' })).toMatchObject({
    engine: 'kubernetes',
    manifests: { files: [`${folder}/k8s`] },
  });
  expect(topologyOf({ kustomize: 'overlays/load' })).toMatchObject({
    manifests: { kind: 'kustomize', folder: `${folder}/overlays/load` },
  });
  const helm = { chart: 'charts/shop', values: ['v.yaml'], set: { 'image.tag': 2 }, release: 'shop' };
  expect(topologyOf({ helm })).toMatchObject({
    manifests: {
      kind: 'helm',
      helm: {
        chart: `${folder}/charts/shop`,
        values: [`${folder}/v.yaml`],
        set: { 'image.tag': '2' },
        release: 'shop',
      },
    },
  });
  expect(topologyOf({ helm: { chart: 'bitnami/redis' } })).toMatchObject({
    manifests: { helm: { chart: 'bitnami/redis', release: 'rampart' } },
  });
});

it('reads which cluster, also for a compose file', () => {
  const place = { context: 'staging', kubeconfig: 'kc.yaml', hostNetwork: true };
  const kube = { context: 'staging', kubeconfig: `${folder}/kc.yaml`, hostNetwork: true };
  expect(topologyOf({ engine: 'kubernetes', compose: 'c.yaml', ...place })).toMatchObject({
    compose: `${folder}/c.yaml`,
    kube,
  });
  expect(topologyOf({ manifests: 'k8s', ...place })).toMatchObject({ kube });
});

it('takes the name of a port of manifests for the load, and of no other', () => {
  const target = { service: 'api', port: 'http' };
  expect(read({ manifests: 'a' }, { target }).scenario.target).toEqual(target);
  expect(() => read({ compose: 'c.yaml' }, { target })).toThrow(/target\.port must be a number, got "http"/);
  expect(() => read({ manifests: 'a' }, { target: { service: 'api', port: 'No Name' } })).toThrow(/target\.port/);
});

describe('refuses', () => {
  it.each([
    ['two sources', { manifests: 'a', kustomize: 'b' }, /topology\.kustomize cannot stand beside manifests/],
    [
      'a compose file beside manifests',
      { engine: 'kubernetes', compose: 'c.yaml', manifests: 'a' },
      /manifests cannot stand beside compose/,
    ],
    ['no source', { engine: 'kubernetes' }, /topology\.compose is missing/],
    [
      'manifests for Docker',
      { engine: 'compose', compose: 'c.yaml', manifests: 'a' },
      /topology\.manifests needs engine: kubernetes/,
    ],
    ['a context for Docker', { compose: 'c.yaml', context: 'x' }, /topology\.context needs engine: kubernetes/],
    [
      'a network for Docker',
      { compose: 'c.yaml', hostNetwork: true },
      /topology\.hostNetwork needs engine: kubernetes/,
    ],
    [
      'what manifests do not build',
      { manifests: 'a', buildArgs: { api: { A: '1' } } },
      /topology\.buildArgs is for services of a compose file/,
    ],
    [
      'overlays of manifests',
      { manifests: 'a', overlays: ['o.yaml'] },
      /topology\.overlays is for services of a compose file/,
    ],
    ['an empty list', { manifests: [] }, /must name at least one file or folder/],
    ['a chart without a name', { helm: { values: [] } }, /topology\.helm\.chart/],
    ['a release that is none', { helm: { chart: 'c', release: 'Shop!' } }, /small letters, digits and dashes/],
  ])('%s', (_what, topology, message) => {
    expect(() => read(topology)).toThrow(message);
  });

  it('a variant that would change nothing of manifests', () => {
    const variants = { a: {}, b: { go: { toolchain: 'go1.27.0' } }, c: { git: 'v1' } };
    expect(() => read({ manifests: 'a' }, { variants })).toThrow(
      /variants\.b\.go is for services of a compose file[\s\S]*variants\.c\.git is for services of a compose file/,
    );
  });
});

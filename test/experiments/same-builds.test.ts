import { expect, it } from 'vitest';
import { refuseSameBuilds } from '../../src/experiments/same-builds.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';

const topology: ComposeTopology = { engine: 'process', compose: '/c.yaml', scale: {}, env: {}, readyTimeoutMs: 1 };
const arm = (name: string, changes: Partial<ComposeTopology>) => ({
  name,
  read: { scenario: { topology: { ...topology, ...changes } } },
});
const built = (variant: string, version: string, settings = {}) => ({
  variant,
  builds: { api: { version, settings } },
});

const same = arm('same', { go: { toolchain: 'go1.26.8' } });
const plain = arm('plain', {});

it('refuses arms that differ in go: alone and were built alike', () => {
  const runs = [built('plain', 'go1.26.8'), built('same', 'go1.26.8')];
  expect(() => refuseSameBuilds([plain, same], runs)).toThrow(
    'plain and same were built alike, whatever go: sets (api with go1.26.8): there is nothing to compare',
  );
});

it.each([
  ['built otherwise', [plain, same], [built('plain', 'go1.26.8'), built('same', 'go1.27.0')]],
  ['of which one has not run', [plain, same], [built('plain', 'go1.26.8')]],
  ['of which nobody can tell', [plain, same], [{ variant: 'plain' }, { variant: 'same' }]],
  [
    'that differ in more',
    [plain, arm('same', { go: { pgo: 'off' }, scale: { api: 2 } })],
    [built('plain', 'a'), built('same', 'a')],
  ],
  ['that are the same by intent', [same, { ...same, name: 'again' }], [built('same', 'a'), built('again', 'a')]],
])('lets arms go on %s', (_, arms, runs) => {
  expect(() => refuseSameBuilds(arms, runs)).not.toThrow();
});

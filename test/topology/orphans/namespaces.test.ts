/** Which namespaces nobody will remove any more, and how they are called. */
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { ownerLabels } from '../../../src/topology/orphans/containers.ts';
import {
  isOrphanNamespace,
  labelText,
  namespaceName,
  removeOrphanNamespaces,
} from '../../../src/topology/orphans/namespaces.ts';
import { jumpingClock } from '../../helpers/jumping-clock.ts';

const owner = ownerLabels('r')['dev.rampart.owner'] ?? '';
const dead = owner.replace(/^\d+:/, '4194304:');
const elsewhere = `${dead.split('@')[0]}@pod-1/boot/pid:[1]`;
const nowMs = Date.parse('2026-01-01T01:00:00Z');

function namespace(
  annotations: Readonly<Record<string, string>>,
  name = 'rampart-r',
  labels = { 'dev.rampart.run': 'r' },
) {
  return isOrphanNamespace({ metadata: { name, labels, annotations } }, nowMs, ['r']);
}

describe('a namespace', () => {
  it('is left to its owner while that lives, and to owners elsewhere', () => {
    expect(namespace({ 'dev.rampart.owner': owner })).toBe(false);
    expect(namespace({ 'dev.rampart.owner': elsewhere })).toBe(false);
  });

  it('of an earlier run of this process is removed, as there is one run at a time', () => {
    expect(namespace({ 'dev.rampart.owner': owner }, 'rampart-q', { 'dev.rampart.run': 'q' })).toBe(true);
  });

  it('is removed when its owner died here, or in a pod that was not seen for ten minutes', () => {
    expect(namespace({ 'dev.rampart.owner': dead })).toBe(true);
    const seen = (at: string) => namespace({ 'dev.rampart.owner': elsewhere, 'dev.rampart.seen': at });
    expect(seen('2026-01-01T00:49:00Z')).toBe(true);
    expect(seen('2026-01-01T00:51:00Z')).toBe(false);
    expect(seen('yesterday')).toBe(false);
  });

  it('that rampart did not make is never removed', () => {
    expect(namespace({})).toBe(false);
    expect(namespace({ 'dev.rampart.owner': dead }, 'shop')).toBe(false);
    expect(
      isOrphanNamespace({ metadata: { name: 'rampart-r', annotations: { 'dev.rampart.owner': dead } } }, nowMs, ['r']),
    ).toBe(false);
  });
});

it('is called as its run, as far as names go', () => {
  expect(namespaceName('20261129-013525-My_Run.x-26dc')).toBe('rampart-20261129-013525-my-run-x-26dc');
  const long = `20261129-013525-${'x'.repeat(80)}`;
  const [one, other] = [namespaceName(`${long}-1`), namespaceName(`${long}-2`)];
  expect(one).toMatch(/^rampart-[a-z0-9-]{1,55}$/);
  expect(one).not.toBe(other);
  expect(labelText('-a b/c-')).toBe('a-b-c');
});

/** A cluster with the namespace of the run before, which goes when its pods have: after `podsMs`. */
function clusterWith({ podsMs, stays = false }: { podsMs: number; stays?: boolean }) {
  const clock = jumpingClock();
  const hasPods = () => clock.nowUs() < podsMs * 1000;
  let deleted = false;
  const found = (): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'rampart-before',
      labels: { 'dev.rampart.run': 'before' },
      annotations: { 'dev.rampart.owner': owner },
      ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
  });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api-1' } };
  const items = ({ kind }: { kind: string }) => (kind === 'Namespace' ? [found()] : hasPods() ? [pod] : []);
  const warned: string[] = [];
  const abort = new AbortController();
  const parts = {
    runId: 'now',
    clock,
    signal: abort.signal,
    log: { info: () => undefined, warn: (text: string) => warned.push(text) },
    cluster: {
      get: async () => (deleted && !stays && !hasPods() ? undefined : found()),
      list: async (asked: { kind: string }) => ({ items: items(asked), resourceVersion: '1' }),
      remove: async () => {
        deleted = true;
        return true;
      },
    },
  };
  return { parts, warned, abort };
}

describe('what the run before left in the cluster', () => {
  it('is removed before the next one starts', async () => {
    const { parts, warned } = clusterWith({ podsMs: 100_000 });
    expect(await removeOrphanNamespaces(parts)).toEqual(['rampart-before']);
    expect(warned).toEqual(['removing namespace rampart-before, left behind by an earlier run of this command']);
  });

  it('is waited for while it has pods, longer than a namespace is', async () => {
    const { parts } = clusterWith({ podsMs: 300_000, stays: true });
    expect(await removeOrphanNamespaces(parts)).toEqual(['rampart-before']);
    expect(parts.clock.nowUs()).toBeGreaterThanOrEqual(300_000_000);
  });

  it('keeps the next one from starting when its pods stay', async () => {
    const { parts } = clusterWith({ podsMs: Number.POSITIVE_INFINITY });
    await expect(removeOrphanNamespaces(parts)).rejects.toThrow(
      expect.objectContaining({ code: 'namespace-left', exitCode: 3, message: expect.stringContaining('api-1') }),
    );
  });

  it('without pods does not', async () => {
    const { parts, warned } = clusterWith({ podsMs: 0, stays: true });
    await removeOrphanNamespaces(parts);
    expect(warned.at(-1)).toContain('was not removed');
  });

  it('is not waited for after an interrupt', async () => {
    const { parts, abort } = clusterWith({ podsMs: Number.POSITIVE_INFINITY });
    abort.abort(new Error('interrupted'));
    await expect(removeOrphanNamespaces(parts)).rejects.toThrow('interrupted');
  });
});

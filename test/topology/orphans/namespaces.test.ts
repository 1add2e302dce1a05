/** Which namespaces nobody will remove any more, and how they are called. */
import { describe, expect, it } from 'vitest';
import { ownerLabels } from '../../../src/topology/orphans/containers.ts';
import { isOrphanNamespace, labelText, namespaceName } from '../../../src/topology/orphans/namespaces.ts';

const owner = ownerLabels('r')['dev.rampart.owner'] ?? '';
const dead = owner.replace(/^\d+:/, '4194304:');
const elsewhere = `${dead.split('@')[0]}@pod-1/boot/pid:[1]`;
const nowMs = Date.parse('2026-01-01T01:00:00Z');

function namespace(
  annotations: Readonly<Record<string, string>>,
  name = 'rampart-r',
  labels = { 'dev.rampart.run': 'r' },
) {
  return isOrphanNamespace({ metadata: { name, labels, annotations } }, nowMs);
}

describe('a namespace', () => {
  it('is left to its owner while that lives, and to owners elsewhere', () => {
    expect(namespace({ 'dev.rampart.owner': owner })).toBe(false);
    expect(namespace({ 'dev.rampart.owner': elsewhere })).toBe(false);
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
      isOrphanNamespace({ metadata: { name: 'rampart-r', annotations: { 'dev.rampart.owner': dead } } }, nowMs),
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

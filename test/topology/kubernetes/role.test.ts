import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterFaults, rightsFor, rightText, usualResources } from '../../../src/topology/kubernetes/rights.ts';
import { accountYaml, roleHolder, roleYaml } from '../../../src/topology/kubernetes/role.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

const read = (yaml: string) => parseAllDocuments(yaml).map((each) => each.toJS() as Document);
const user = roleHolder('ada');

const granted = (documents: readonly Document[]) =>
  documents.flatMap(({ rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => rightText({ group, resource, verb }))),
      ),
    ),
  );

it('grants exactly the rights that it is given, each once', () => {
  const uses = fc.record({
    kind: fc.constantFrom('look' as const, 'run' as const),
    faults: fc.subarray([...clusterFaults]),
    made: fc.subarray([...usualResources]),
    hasGenerators: fc.boolean(),
    keepsResult: fc.boolean(),
  });
  fc.assert(
    fc.property(uses, fc.option(fc.constant('shop'), { nil: undefined }), (use, namespace) => {
      const rights = rightsFor(use);
      const found = granted(read(roleYaml(rights, user, namespace)));
      expect(found.sort()).toEqual(rights.map(rightText).sort());
    }),
  );
});

it('binds each role that it makes to its holder', () => {
  const documents = read(roleYaml(rightsFor({ kind: 'run' }), roleHolder('system:serviceaccount:ci:rampart')));
  const roles = documents.filter(({ rules }) => rules).map(({ kind, metadata }) => ({ kind, name: metadata.name }));
  const bindings = documents.filter(({ roleRef }) => roleRef);
  expect(bindings.map(({ roleRef }) => roleRef)).toMatchObject(roles);
  for (const { subjects } of bindings)
    expect(subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'ci', name: 'rampart' }]);
});

it('stays within a namespace that is only looked at, but for what it asks of nodes', () => {
  const documents = read(roleYaml(rightsFor({ kind: 'look' }), user, 'shop'));
  expect(documents.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
    ['Role', 'shop'],
    ['RoleBinding', 'shop'],
    ['ClusterRole', undefined],
    ['ClusterRoleBinding', undefined],
  ]);
});

it('has a role of its own for the ConfigMap of the result, which can be left out', () => {
  const documents = read(roleYaml(rightsFor({ kind: 'run', keepsResult: true }), user));
  const result = documents.filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'rampart-result');
  expect(granted(result)).toEqual(['create configmaps', 'get configmaps', 'patch configmaps']);
});

it('takes any name of a user', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const documents = read(roleYaml(rightsFor({ kind: 'look' }), { kind: 'User', name }));
      const [, binding] = documents;
      expect(binding?.subjects).toMatchObject([{ kind: 'User', name }]);
      expect(binding?.metadata.name).toMatch(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/);
    }),
  );
});

it('knows a service account by the name that the API server gives it', () => {
  expect(roleHolder('system:serviceaccount:ci:rampart')).toEqual({
    kind: 'ServiceAccount',
    namespace: 'ci',
    name: 'rampart',
  });
  expect(roleHolder('system:admin')).toEqual({ kind: 'User', name: 'system:admin' });
});

it('makes a service account', () => {
  expect(read(accountYaml({ namespace: 'ci', name: 'rampart' }))).toEqual([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'ci', name: 'rampart' } },
  ]);
});

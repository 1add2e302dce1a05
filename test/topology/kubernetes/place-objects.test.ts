/** Objects of manifests in the namespace of a run, and what would lie or lead outside of it. */
import { describe, expect, it } from 'vitest';
import { placeObjects, waysOut } from '../../../src/topology/kubernetes/place-objects.ts';
import { kubeObjects, manifests } from '../../helpers/kube-objects.ts';

const service = (name: string, namespace?: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, ...(namespace ? { namespace } : {}) } });

it('takes the one namespace that is written for that of the run, and makes no object of it', () => {
  const text = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${service('api', 'shop')}\n---\n${service('db')}`;
  const { objects, written, mistakes } = placeObjects(manifests(text));
  expect({ written, mistakes }).toEqual({ written: 'shop', mistakes: [] });
  expect(objects.map(({ metadata }) => metadata)).toEqual([{ name: 'api' }, { name: 'db' }]);
});

it('refuses a second namespace, and says what lies in it', () => {
  const { mistakes } = placeObjects(manifests(`${service('api', 'shop')}\n---\n${service('db', 'data')}`));
  expect(mistakes).toEqual([expect.stringMatching(/^a\.yaml: Service db lies in namespace data, others in shop/)]);
});

it('takes lists apart, and refuses what is there twice or has no name', () => {
  const list = `apiVersion: v1\nkind: List\nitems: [${service('api')}, ${service('api')}, { kind: Service, metadata: {} }]`;
  expect(placeObjects(manifests(list)).mistakes).toEqual([
    'a.yaml: Service has no metadata.name',
    'a.yaml: Service has no apiVersion',
    'a.yaml: Service api is already in a.yaml',
  ]);
});

it('leaves out hooks of a chart that are not for its installation', () => {
  const hook = (name: string, when: string) =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, annotations: { helm.sh/hook: "${when}" } }`;
  const text = [hook('a', 'test'), hook('b', 'pre-install,pre-upgrade'), hook('c', 'post-delete')].join('\n---\n');
  expect(placeObjects(manifests(text)).objects.map(({ metadata }) => metadata.name)).toEqual(['b']);
});

it('moves subjects of bindings with their namespace', () => {
  const text = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: a, namespace: shop }
subjects: [{ kind: ServiceAccount, name: x, namespace: shop }, { kind: ServiceAccount, name: z, namespace: other }]`;
  const [binding] = placeObjects(manifests(text)).objects;
  expect(binding?.['subjects']).toEqual([
    { kind: 'ServiceAccount', name: 'x', namespace: '\u0000run' },
    { kind: 'ServiceAccount', name: 'z', namespace: 'other' },
  ]);
});

it('warns of what may change or reach others while pods are measured', () => {
  const of = (kind: string) => `apiVersion: x/v1\nkind: ${kind}\nmetadata: { name: a }`;
  const { warnings } = placeObjects(
    manifests(['HorizontalPodAutoscaler', 'Ingress', 'CronJob'].map(of).join('\n---\n')),
  );
  expect(warnings).toHaveLength(3);
});

describe('texts that name a Service by the namespace that is written', () => {
  const config = (value: string) =>
    kubeObjects(
      `${service('db')}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { A: "${value}" }`,
    );

  it.each(['db.shop.svc.cluster.local:5432', 'http://cache.shop.svc/', 'postgres://db.shop:5432/x', 'db.shop'])(
    '%s would lead out of the run',
    (value) => {
      expect(waysOut(config(value), 'shop')).toEqual([expect.stringMatching(/^ConfigMap c: data\.A names \w+\.shop/)]);
    },
  );

  it.each(['db:5432', 'db.other.svc', 'mydb.shop', 'db.shopping', 'shop'])('%s does not', (value) => {
    expect(waysOut(config(value), 'shop')).toEqual([]);
  });
});

/** What people are told of manifests that cannot be started on a real cluster: one message each, and nothing is left. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { cli, leaveNothing, markOf, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, loadGoText, namespacesOf, testCluster } from '../../helpers/kube.ts';
import { shopManifests, shopProgram, writeShop } from '../../helpers/kube-shop.ts';

leaveNothing();

type Fields = Readonly<Record<string, unknown>>;

const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: '1' } } };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'everything' } };
const leak = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { DB: 'web.shop.svc:80' } };
const job = (image: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'migrate', image, env: [{ name: 'FAIL', value: 'no table' }] }],
      },
    },
  },
});

describeWithKube('manifests that cannot be started', () => {
  let cluster: KubeCluster;
  let image: string;
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart.test/shop:1', shopProgram);
  });
  afterAll(() => cluster.close());

  const cases: readonly {
    readonly what: string;
    readonly code: number;
    readonly more?: (image: string) => readonly Fields[];
    readonly front?: Fields;
    readonly says: RegExp;
  }[] = [
    { what: 'more than a quota lets', code: 3, more: () => [quota], says: /cannot make its pods: .*exceeded quota: q/ },
    {
      what: 'pods that no node takes',
      code: 3,
      front: { resources: { requests: { cpu: '640' } } },
      says: /web-1: no node takes pod front-.*Insufficient cpu/,
    },
    {
      what: 'an image that is not there',
      code: 3,
      front: { image: 'rampart.test/none:1', imagePullPolicy: 'Never' },
      says: /web-1: image rampart\.test\/none:1 of container front cannot be had on node .*ErrImageNeverPull/,
    },
    {
      what: 'a job that fails',
      code: 3,
      more: (own) => [job(own)],
      says: /job migrate failed: [\s\S]* {4}\| cannot start: no table/,
    },
    {
      what: 'what lies and leads outside of the run',
      code: 2,
      more: () => [role, leak],
      says: /ClusterRole everything would be made for the whole cluster[\s\S]*ConfigMap c: data\.DB names web\.shop\.svc/,
    },
  ];

  it.each(cases.map((each, index) => ({ ...each, index })))('$what', async ({ code, more, front, says, index }) => {
    const directory = workDirectory();
    const objects = [...(more?.(image) ?? []), ...shopManifests({ image, net: `127.97.1${index}` }, front)];
    writeShop(directory, objects);
    const end = await cli(['run', 'scenario.yaml', '--out', 'out'], directory);
    expect(end.stderr).toMatch(says);
    expect(end.code).toBe(code);
    expect(await namespacesOf(cluster, markOf(directory))).toEqual([]);
  });
});

/** What a run made goes out of a namespace that stays, and what does not is named. */
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { KubeRefusal } from '../../../src/host/kube/failures.ts';
import { notingCluster, removeObjects } from '../../../src/topology/kubernetes/remove-objects.ts';
import { jumpingClock } from '../../helpers/jumping-clock.ts';
import { namespaceCluster } from '../../helpers/namespace-cluster.ts';

const object = (kind: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'arms' },
});
const ref = (kind: string, name: string) => ({ apiVersion: 'v1', kind, name, namespace: 'arms' });

function emptied({ hasClaims = false }: { hasClaims?: boolean } = {}) {
  const made = namespaceCluster();
  const parts = { cluster: made.cluster, namespace: 'arms', clock: jumpingClock(), hasClaims };
  return { ...made, parts };
}

describe('what a run made', () => {
  it('goes by name, and nothing else does', async () => {
    const { cluster, objects, parts } = emptied();
    for (const each of [object('ConfigMap', 'a'), object('Secret', 'b'), object('ConfigMap', 'kube-root-ca.crt')])
      await cluster.create(each);
    expect(await removeObjects([ref('ConfigMap', 'a'), ref('Secret', 'b')], parts)).toEqual([]);
    expect([...objects.keys()]).toEqual(['ConfigMap kube-root-ca.crt']);
  });

  it('is waited for with every pod of the namespace', async () => {
    const { cluster, objects, parts } = emptied();
    await cluster.create(object('Deployment', 'api'));
    await cluster.create(object('Pod', 'api-x'));
    const { list } = cluster;
    let looks = 0;
    const slow = {
      ...cluster,
      list: async (...asked: Parameters<typeof list>) => {
        looks += 1;
        if (looks === 5) objects.delete('Pod api-x');
        return await list(...asked);
      },
    };
    expect(await removeObjects([ref('Deployment', 'api')], { ...parts, cluster: slow })).toEqual([]);
    expect(looks).toBe(5);
  });

  it('is named where it stays', async () => {
    const { cluster, stuck, parts } = emptied();
    await cluster.create(object('Service', 'api'));
    await cluster.create(object('Pod', 'other'));
    stuck.add('Service api');
    expect(await removeObjects([ref('Service', 'api')], parts)).toEqual(['Service api', 'Pod other']);
  });

  it('takes the volumes with it that were claimed for its pods', async () => {
    const { cluster, objects, parts } = emptied({ hasClaims: true });
    await cluster.create(object('PersistentVolumeClaim', 'data-db-0'));
    expect(await removeObjects([], parts)).toEqual([]);
    expect(objects.size).toBe(0);
  });

  it('is asked for again where the cluster does not answer, and not where it refuses', async () => {
    const { cluster, parts } = emptied();
    const refusing = (status: number, times: number) => {
      let left = times;
      return {
        ...parts,
        cluster: {
          ...cluster,
          remove: async () => {
            left -= 1;
            if (left >= 0) throw new KubeRefusal(status, '', `status ${status}`);
            return false;
          },
        },
      };
    };
    expect(await removeObjects([ref('Secret', 'b')], refusing(503, 3))).toEqual([]);
    await expect(removeObjects([ref('Secret', 'b')], refusing(403, 1))).rejects.toThrow('status 403');
  });
});

describe('what is written down', () => {
  it('is what was asked for, also where that was refused, and no trial', async () => {
    const { cluster } = namespaceCluster();
    const create = async (each: KubeObject, options?: { isDryRun?: boolean }) => {
      if (each.kind === 'Pod') throw new KubeRefusal(403, '', 'quota');
      return await cluster.create(each, options);
    };
    const noting = notingCluster({ ...cluster, create });
    await noting.cluster.create(object('Secret', 'a'));
    await noting.cluster.create(object('Secret', 'trial'), { isDryRun: true });
    await expect(noting.cluster.create(object('Pod', 'b'))).rejects.toThrow('quota');
    expect(await noting.made()).toEqual([ref('Secret', 'a'), ref('Pod', 'b')]);
  });

  it('cannot be told where something may still come', async () => {
    const { cluster } = namespaceCluster();
    const create = async () => await Promise.reject(new Error('no answer'));
    const noting = notingCluster({ ...cluster, create });
    await expect(noting.cluster.create(object('Secret', 'a'))).rejects.toThrow('no answer');
    await expect(noting.made()).rejects.toThrow('no answer');
  });
});

import { expect, it } from 'vitest';
import type { KubeObject, KubeRef } from '../../../src/host/kube/cluster.ts';
import { findOwnPod } from '../../../src/host/kube/own-pod.ts';

const here = { hostName: 'load-x7k2p', addresses: ['127.0.0.1', '10.1.2.3'] };

/** A cluster with these pods of namespace `load`, each with its address; asked from one of them. */
function clusterWith(pods: Readonly<Record<string, string>>, context = 'in-cluster') {
  const get = async ({ namespace, name }: KubeRef): Promise<KubeObject | undefined> => {
    const ip = pods[name];
    if (ip === undefined || namespace !== 'load') return undefined;
    const metadata = { name, namespace, uid: `uid of ${name}` };
    return { apiVersion: 'v1', kind: 'Pod', metadata, status: { podIPs: [{ ip }] } };
  };
  return { context, namespace: 'load', get };
}

it('is the one that is called as this host, where that has its address', async () => {
  const own = { namespace: 'load', name: 'load-x7k2p', uid: 'uid of load-x7k2p' };
  expect(await findOwnPod(clusterWith({ 'load-x7k2p': '10.1.2.3' }), {}, here)).toEqual(own);
  expect(await findOwnPod(clusterWith({ 'load-x7k2p': '10.1.2.4' }), {}, here)).toBeUndefined();
  expect(await findOwnPod(clusterWith({ other: '10.1.2.3' }), {}, here)).toBeUndefined();
});

it('is the one that the downward API names, also on the network of a node', async () => {
  const onNode = { hostName: 'node-1', addresses: ['192.0.2.1'] };
  const cluster = clusterWith({ ci: '192.0.2.1', 'load-1': '127.95.0.11' });
  const own = { namespace: 'load', name: 'load-1', uid: 'uid of load-1' };
  expect(await findOwnPod(cluster, { POD_NAME: 'load-1' }, onNode)).toEqual(own);
  expect(await findOwnPod(cluster, { POD_NAME: 'load-1', POD_NAMESPACE: 'other' }, onNode)).toBeUndefined();
  expect(await findOwnPod(cluster, { POD_NAME: '' }, onNode)).toBeUndefined();
});

it('is none where a kubeconfig names the cluster, or this user may not see pods', async () => {
  const pods = { 'load-x7k2p': '10.1.2.3' };
  expect(await findOwnPod(clusterWith(pods, 'staging'), { POD_NAME: 'load-x7k2p' }, here)).toBeUndefined();
  const refused = { ...clusterWith(pods), get: () => Promise.reject(new Error('pods is forbidden')) };
  expect(await findOwnPod(refused, {}, here)).toBeUndefined();
});

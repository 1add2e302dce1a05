/** What is told of nodes. */
import { expect, it } from 'vitest';
import { nodeChanges, nodeFactLines, readNode, unlikeNodes } from '../../../src/topology/pods/node-facts.ts';

const info = {
  kernelVersion: '6.1.0',
  osImage: 'Debian 12',
  architecture: 'amd64',
  kubeletVersion: 'v1.34.4',
  containerRuntimeVersion: 'containerd://2.0',
};

function node(name: string, nodeInfo = {}, { memory = '8Gi', labels = {}, conditions = [] as unknown[] } = {}) {
  return readNode({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    status: { nodeInfo: { ...info, ...nodeInfo }, allocatable: { cpu: '4', memory }, conditions },
  });
}

const replicas = [
  { service: 'api', node: 'a' },
  { service: 'api', node: 'b' },
  { service: 'db', node: 'a' },
];

it('a node is one line, which says that nobody tells the model of its CPU', () => {
  expect(nodeFactLines([node('a')])).toEqual({
    'node a':
      'kernel 6.1.0; Debian 12; amd64; kubelet v1.34.4; containerd://2.0; allocatable 4 CPUs, 8Gi; CPU model not told',
  });
  const labels = { 'node.kubernetes.io/instance-type': 'c7g.large' };
  expect(nodeFactLines([node('a', {}, { labels })])['node a']).toContain('; c7g.large');
});

it('replicas on like nodes are not warned of, also where each has a little more memory than the other', () => {
  expect(unlikeNodes(replicas, [node('a'), node('b', {}, { memory: '8300Mi' })])).toEqual([]);
});

it('replicas on unlike nodes are warned of, with what is unlike; a service on one of them is not', () => {
  expect(unlikeNodes(replicas, [node('a'), node('b', { kernelVersion: '5.4.0' }, { memory: '16Gi' })])).toEqual([
    'replicas of api are on unlike nodes: kernel 6.1.0 on a, 5.4.0 on b; allocatable memory 8Gi on a, 16Gi on b; ' +
      'differences between them may be those of their nodes',
  ]);
});

it('pressure that begins and ends is told with what the kubelet says', () => {
  const pressed = node(
    'a',
    {},
    { conditions: [{ type: 'MemoryPressure', status: 'True', message: 'insufficient memory' }] },
  );
  expect(nodeChanges(node('a'), pressed)).toEqual(['node a has memory pressure: insufficient memory']);
  expect(nodeChanges(pressed, node('a'))).toEqual(['node a no longer has memory pressure']);
});

it('a node that is lost and comes back', () => {
  const lost = node('a', {}, { conditions: [{ type: 'Ready', status: 'Unknown', message: 'stopped posting' }] });
  const well = node('a', {}, { conditions: [{ type: 'Ready', status: 'True', message: 'posting' }] });
  expect(nodeChanges(well, lost)).toEqual(['node a is not ready: stopped posting']);
  expect(nodeChanges(lost, well)).toEqual(['node a is ready again']);
});

import { expect, it } from 'vitest';
import { isSameAmount, planResize, type ResizablePod } from '../../../src/topology/kubernetes/resize.ts';

const allocatable = { cpu: '8', memory: '16Gi' };
const pod = (qosClass: string, resources: ResizablePod['resources']): ResizablePod => ({
  qosClass,
  container: 'main',
  resources,
  allocatable,
});
const patch = (resources: unknown) => ({ spec: { containers: [{ name: 'main', resources }] } });

it('changes request and limit together where both are the same, so that the pod stays Guaranteed', () => {
  const same = { cpu: '2', memory: '64Mi' };
  expect(planResize(pod('Guaranteed', { requests: same, limits: same }), { resource: 'cpu', amount: 0.5 })).toEqual({
    wanted: patch({ requests: { cpu: '500m' }, limits: { cpu: '500m' } }),
    back: patch({ requests: { cpu: '2' }, limits: { cpu: '2' } }),
    limit: '500m',
    limitBefore: '2',
  });
});

it('leaves a request below the limit as it is, and lowers one that is not', () => {
  const resources = { requests: { memory: '32Mi' }, limits: { memory: '64Mi' } };
  expect(planResize(pod('Burstable', resources), { resource: 'memory', amount: 48 * 2 ** 20 })).toMatchObject({
    wanted: patch({ requests: { memory: '32Mi' }, limits: { memory: String(48 * 2 ** 20) } }),
    back: patch({ requests: { memory: '32Mi' }, limits: { memory: '64Mi' } }),
  });
  expect(planResize(pod('Burstable', resources), { resource: 'memory', amount: 16 * 2 ** 20 })).toMatchObject({
    wanted: patch({ requests: { memory: String(16 * 2 ** 20 - 1) }, limits: { memory: String(16 * 2 ** 20) } }),
  });
});

it('takes a limit back that was none by what the node has to give, for the API takes none away', () => {
  expect(planResize(pod('Burstable', { requests: { memory: '32Mi' } }), { resource: 'cpu', amount: 1 })).toMatchObject({
    wanted: patch({ requests: { cpu: '0' }, limits: { cpu: '1000m' } }),
    back: patch({ requests: { cpu: '0' }, limits: { cpu: '8' } }),
  });
});

it('says why a pod without requests and limits cannot be given any', () => {
  expect(planResize(pod('BestEffort', {}), { resource: 'cpu', amount: 1 })).toMatchObject({
    why: expect.stringContaining('topology.limits'),
  });
});

it('knows equal amounts however they are written', () => {
  expect(isSameAmount('1', '1000m')).toBe(true);
  expect(isSameAmount('64Mi', 64 * 2 ** 20)).toBe(true);
  expect(isSameAmount('1', undefined)).toBe(false);
});

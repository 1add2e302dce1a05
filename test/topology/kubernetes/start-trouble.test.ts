/** When pods that are started are given up, and in whose words. */
import { describe, expect, it } from 'vitest';
import { type ClusterWarning, findTrouble } from '../../../src/topology/kubernetes/start-trouble.ts';
import { readStarting } from '../../../src/topology/kubernetes/starting-pod.ts';

type Fields = Readonly<Record<string, unknown>>;

const nowMs = Date.parse('2026-01-01T00:01:00Z');

function pod(name: string, status: Fields, isOneShot = false) {
  const metadata = { name: `${name}-x`, uid: name };
  return readStarting(
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'n1' }, status },
    `${name}-1`,
    isOneShot,
  );
}

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const container = (state: Fields, more: Fields = {}): Fields => ({
  phase: 'Running',
  containerStatuses: [{ name: 'main', image: 'api:1', state, ...more }],
});
const waiting = (reason: string, more: Fields = {}) =>
  container({ waiting: { reason, message: `said of ${reason}` } }, more);
const died = { terminated: { exitCode: 2, reason: 'Error' } };
const crashLoop = (restartCount: number) => waiting('CrashLoopBackOff', { lastState: died, restartCount });

const trouble = (pods: readonly ReturnType<typeof pod>[], warnings: readonly ClusterWarning[] = []) =>
  findTrouble(pods, warnings, nowMs);

it('waits while all may still become well', () => {
  const early = [
    waiting('ContainerCreating'),
    waiting('ErrImagePull'),
    container({ running: {} }),
    container(died),
    ready,
  ];
  expect(early.map((status) => trouble([pod('a', status)]))).toEqual(early.map(() => undefined));
});

it.each([
  ['CreateContainerConfigError', 'failed to sync configmap cache: timed out waiting for the condition'],
  ['CreateContainerError', 'context deadline exceeded'],
  [
    'CreateContainerError',
    'failed to reserve container name "api_api-x_shop_1_0": name "api_api-x_shop_1_0" is reserved for "a1"',
  ],
])('waits where a kubelet that is busy says %s: %s', (reason, message) => {
  expect(trouble([pod('a', container({ waiting: { reason, message } }))])).toBeUndefined();
});

it.each(['ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])(
  'tells the image and the node of %s',
  (reason) => {
    expect(trouble([pod('a', waiting(reason))])).toMatchObject({
      code: 'image-missing',
      message: `a-1: image api:1 of container main cannot be had on node n1: ${reason}: said of ${reason}`,
    });
  },
);

it('tells why a container cannot be made', () => {
  expect(trouble([pod('a', waiting('CreateContainerConfigError'))])).toMatchObject({ code: 'start-failed' });
});

describe('a container that crashes', () => {
  it('is given up when nothing is missing that it could wait for', () => {
    expect(trouble([pod('a', crashLoop(1)), pod('b', ready), pod('c', crashLoop(0))])).toMatchObject({
      code: 'target-died',
      message: 'a-1: container main of pod a-x exited with code 2, 2 times before it was ready',
      lines: { target: 'a-1', pod: 'a-x', container: 'main' },
    });
  });

  it('is given a few times while others are still coming up', () => {
    expect(trouble([pod('a', crashLoop(2)), pod('b', container({ running: {} }))])).toBeUndefined();
    expect(trouble([pod('a', crashLoop(3)), pod('b', container({ running: {} }))])).toMatchObject({
      code: 'target-died',
    });
  });

  it('may be one that runs before the others', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const status = {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'init', state, lastState: died, restartCount: 1 }],
    };
    expect(trouble([pod('a', status)])).toMatchObject({ lines: { container: 'init' } });
  });

  it('of a job is left to its job', () => {
    expect(trouble([pod('a', { phase: 'Failed', ...container(died) }, true)])).toBeUndefined();
  });
});

it('tells of a pod that failed as a whole', () => {
  const status = { phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
  expect(trouble([pod('a', status)])?.message).toBe('a-1: pod a-x failed: Evicted: low on memory');
});

describe('a pod that no node takes', () => {
  const unscheduled = (since: string) => ({
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/1 nodes: too small',
        lastTransitionTime: since,
      },
    ],
  });

  it('is given up after ten seconds, in the words of the scheduler', () => {
    expect(trouble([pod('a', unscheduled('2026-01-01T00:00:55Z'))])).toBeUndefined();
    expect(trouble([pod('a', unscheduled('2026-01-01T00:00:45Z'))])).toMatchObject({
      code: 'kube-unschedulable',
      message: 'a-1: no node takes pod a-x: 0/1 nodes: too small',
    });
  });

  it('waits for a node that is being made for it', () => {
    const scaling = { reason: 'TriggeredScaleUp', message: '', kind: 'Pod', name: 'a-x' };
    expect(trouble([pod('a', unscheduled('2026-01-01T00:00:00Z'))], [scaling])).toBeUndefined();
  });
});

it.each([
  ['exceeded quota: q, requested: pods=1', 'kube-quota'],
  ['failed quota: q: must specify limits.cpu', 'kube-quota'],
  ['pods "x" is forbidden: violates PodSecurity', 'kube-refused'],
])('tells why pods cannot be made: %s', (message, code) => {
  const warning = { reason: 'FailedCreate', message, kind: 'ReplicaSet', name: 'api-5f' };
  expect(trouble([], [warning])).toMatchObject({ code, message: `ReplicaSet api-5f cannot make its pods: ${message}` });
});

it.each([
  'status unknown for quota: q, resources: pods',
  'error looking up service account a/default: serviceaccount "default" not found',
])('waits for what a new namespace is given: %s', (message) => {
  expect(trouble([], [{ reason: 'FailedCreate', message, kind: 'StatefulSet', name: 'db' }])).toBeUndefined();
});

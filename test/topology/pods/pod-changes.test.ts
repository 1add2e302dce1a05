/** What is told of a pod that changes. */
import { expect, it } from 'vitest';
import { podChanges, removalWords } from '../../../src/topology/pods/pod-changes.ts';
import { pod } from './pods.ts';

const ended = (exitCode: number, reason: string, more = {}) => ({
  state: { terminated: { exitCode, reason, finishedAt: '2026-01-01T00:00:09Z', ...more } },
  ready: false,
});
const again = { containerID: `containerd://${'b2'.repeat(32)}`, restartCount: 1 };
const lastState = { terminated: { exitCode: 2, reason: 'Error', finishedAt: '2026-01-01T00:00:09Z' } };
const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };

it('a pod that stays as it is tells nothing', () => {
  expect(podChanges(pod(), pod())).toEqual([]);
});

it.each([
  ['out of memory', ended(137, 'OOMKilled'), 'container api was killed: out of memory (OOMKilled), its limit is 64Mi'],
  ['an exit', ended(3, 'Error'), 'container api exited with code 3'],
  ['a signal', ended(143, 'Error'), 'container api exited with code 143 (signal 15)'],
  ['done', ended(0, 'Completed'), 'container api exited with code 0'],
  [
    'not startable',
    ended(128, 'StartError', { message: 'exec: "/x": no such file' }),
    'container api exited with code 128 (StartError): exec: "/x": no such file',
  ],
  [
    'unknown',
    ended(137, 'ContainerStatusUnknown'),
    'container api exited with code 137 (signal 9) (ContainerStatusUnknown)',
  ],
])('the end of its container: %s', (_, containerStatus, message) => {
  expect(podChanges(pod(), pod({ containerStatus }))).toContainEqual({ event: 'exit', message });
});

it('a container without a limit was killed for want of memory of its node', () => {
  const container = { resources: {} };
  const now = pod({ container, containerStatus: ended(137, 'OOMKilled') });
  expect(podChanges(pod({ container }), now)[0]?.message).toBe(
    'container api was killed: out of memory (OOMKilled), without a limit of its own',
  );
});

it('a restart between two looks tells the end and the start', () => {
  expect(podChanges(pod(), pod({ containerStatus: { ...again, lastState } }))).toEqual([
    { event: 'exit', message: 'container api exited with code 2' },
    { event: 'restart', message: 'container api of pod api-5d8-x1 started again (restart 1)' },
  ]);
});

it('an end that was told is not told again when it runs again', () => {
  const down = pod({ containerStatus: { ...ended(2, 'Error'), restartCount: 0 } });
  const up = pod({ containerStatus: { ...again, lastState } });
  expect(podChanges(down, up)).toEqual([
    { event: 'restart', message: 'container api of pod api-5d8-x1 started again (restart 1)' },
  ]);
});

it('a container that waits to be started again says why, once', () => {
  const waiting = {
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
    ready: false,
    lastState,
  };
  const [before, now] = [pod({ containerStatus: ended(2, 'Error') }), pod({ containerStatus: waiting })];
  expect(podChanges(before, now)).toEqual([
    { event: 'note', message: 'container api waits before it is started again (CrashLoopBackOff): back-off 10s' },
  ]);
  expect(podChanges(now, now)).toEqual([]);
});

it('an image that is not to be had is named', () => {
  const containerStatus = { state: { waiting: { reason: 'ErrImageNeverPull' } }, ready: false };
  expect(podChanges(pod({ containerStatus: { ...containerStatus, state: {} } }), pod({ containerStatus }))).toEqual([
    { event: 'note', message: 'container api does not start: image api:1 is not to be had (ErrImageNeverPull)' },
  ]);
});

it('an eviction is one end, with what the node said', () => {
  const status = {
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory.',
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }],
  };
  expect(podChanges(pod(), pod({ status, containerStatus: ended(137, 'Error') }))).toEqual([
    {
      event: 'exit',
      message: 'pod api-5d8-x1 was evicted by node node-1: TerminationByKubelet: The node was low on resource: memory.',
    },
  ]);
});

it.each(['NodeLost', 'DeadlineExceeded', 'Preempting', 'Terminated'])('a pod that ended as a whole: %s', (reason) => {
  expect(podChanges(pod(), pod({ status: { phase: 'Failed', reason } }))).toContainEqual({
    event: 'exit',
    message: `pod api-5d8-x1 ended (${reason})`,
  });
});

it('a pod that is asked to end says so, and why where its cluster does', () => {
  const metadata = { deletionTimestamp: '2026-01-01T00:00:10Z' };
  expect(podChanges(pod(), pod({ metadata }))).toEqual([{ event: 'note', message: 'pod api-5d8-x1 is asked to end' }]);
  const status = { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] };
  expect(podChanges(pod(), pod({ metadata, status }))).toEqual([
    { event: 'note', message: 'pod api-5d8-x1 is asked to end (EvictionByEvictionAPI)' },
  ]);
});

it('the end of a container is no end of its own when its pod is taken away', () => {
  const metadata = { deletionTimestamp: '2026-01-01T00:00:10Z' };
  const before = pod({ metadata });
  expect(podChanges(before, pod({ metadata, status: notReady, containerStatus: ended(143, 'Error') }))).toEqual([]);
  expect(removalWords(before)).toBe('pod api-5d8-x1 was removed from node node-1');
});

it('a probe that fails and one that succeeds again are told', () => {
  const status = { ...notReady };
  const off = pod({ status: { ...status, containerStatuses: pod().containers.map(runningStatus) } });
  expect(podChanges(pod(), off)).toEqual([
    { event: 'note', message: 'pod api-5d8-x1 is no longer ready: its readiness probe fails' },
  ]);
  expect(podChanges(off, pod())).toEqual([{ event: 'note', message: 'pod api-5d8-x1 is ready' }]);
});

function runningStatus() {
  return {
    name: 'api',
    containerID: `containerd://${'a1'.repeat(32)}`,
    restartCount: 0,
    ready: false,
    state: { running: {} },
  };
}

import { describe, expect, it } from 'vitest';
import { type SeenPod, stateOf, whyGone } from '../../../src/load/pods/state.ts';

type Status = NonNullable<SeenPod['status']>;
type State = NonNullable<NonNullable<Status['containerStatuses']>[number]['state']>;

const pod = (status: Status, spec: SeenPod['spec'] = { nodeName: 'node-1' }, deletionTimestamp?: string): SeenPod => ({
  metadata: { name: 'generator-1', deletionTimestamp },
  spec,
  status,
});
const own = (state: State, more: Status = {}) =>
  pod({ phase: 'Running', podIP: '10.0.0.7', containerStatuses: [{ name: 'generator', state }], ...more });

describe('a pod of a generator', () => {
  it('runs as soon as its generator does, whatever its sidecar does', () => {
    const running = own(
      { running: {} },
      {
        containerStatuses: [
          { name: 'mesh', state: { waiting: { reason: 'PodInitializing' } } },
          { name: 'generator', imageID: 'sha256:1', state: { running: {} } },
        ],
      },
    );
    expect(stateOf(running)).toEqual({ kind: 'running', node: 'node-1', address: '10.0.0.7', imageId: 'sha256:1' });
  });

  it('has ended as soon as its generator has, although a sidecar never ends', () => {
    const ended = own(
      {},
      {
        containerStatuses: [
          { name: 'mesh', state: { running: {} } },
          { name: 'generator', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        ],
      },
    );
    expect(stateOf(ended)).toEqual({ kind: 'ended', why: 'it exited with code 0' });
  });

  it('cannot be scheduled, in the words of the scheduler', () => {
    const why = "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.";
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: why }];
    expect(stateOf(pod({ phase: 'Pending', conditions }, {}))).toEqual({ kind: 'unschedulable', why });
  });

  it('waits while it is being scheduled, pulled and made', () => {
    expect(stateOf(pod({ phase: 'Pending' }, {}))).toEqual({ kind: 'waiting', why: 'not scheduled yet' });
    expect(stateOf(pod({ phase: 'Pending' }))).toEqual({ kind: 'waiting', why: 'on node-1, not started yet' });
    const making = own({ waiting: { reason: 'ContainerCreating' } });
    expect(stateOf(making)).toEqual({ kind: 'waiting', why: 'ContainerCreating' });
    // A registry may answer the next time.
    expect(stateOf(own({ waiting: { reason: 'ErrImagePull', message: 'timeout' } })).kind).toBe('waiting');
    // The Secret was made a moment ago, and its kubelet has not seen it yet.
    const message = 'failed to sync secret cache: timed out waiting for the condition';
    const unseen = own({ waiting: { reason: 'CreateContainerConfigError', message } });
    expect(stateOf(unseen)).toEqual({ kind: 'waiting', why: `CreateContainerConfigError: ${message}` });
    // Without an address it cannot be called.
    expect(stateOf(own({ running: {} }, { podIP: '' })).kind).toBe('waiting');
  });

  it.each([
    'ImagePullBackOff',
    'InvalidImageName',
    'ErrImageNeverPull',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
  ])('will not start by itself: %s', (reason) => {
    expect(stateOf(own({ waiting: { reason, message: 'no such thing' } }))).toEqual({
      kind: 'stuck',
      why: `${reason}: no such thing`,
    });
  });

  it('is told of the sidecar that keeps it from starting', () => {
    const status = [{ name: 'mesh', state: { waiting: { reason: 'ImagePullBackOff', message: 'no mesh:1' } } }];
    expect(stateOf(own({}, { containerStatuses: status }))).toEqual({
      kind: 'stuck',
      why: 'container mesh: ImagePullBackOff: no mesh:1',
    });
  });

  it.each<[string, SeenPod]>([
    [
      'Evicted: The node was low on resource: memory.',
      pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }),
    ],
    [
      'DeadlineExceeded: Pod was active on the node longer than the specified deadline',
      pod({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      }),
    ],
    [
      'PreemptionByScheduler: default-scheduler: preempting to accommodate a higher priority pod',
      own(
        { running: {} },
        {
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'PreemptionByScheduler',
              message: 'default-scheduler: preempting to accommodate a higher priority pod',
            },
          ],
        },
      ),
    ],
    [
      'OOMKilled: it was killed for want of memory (limit 64Mi)',
      {
        ...own({ terminated: { reason: 'OOMKilled', exitCode: 137 } }),
        spec: { nodeName: 'node-1', containers: [{ name: 'generator', resources: { limits: { memory: '64Mi' } } }] },
      },
    ],
    ['it exited with code 3', own({ terminated: { reason: 'Error', exitCode: 3 } })],
    ['it exited with signal 9', own({ terminated: { exitCode: 137, signal: 9 } })],
    [
      'it exited with code 128 (StartError): no such file: rampart',
      own({ terminated: { reason: 'StartError', exitCode: 128, message: 'no such file: rampart\n' } }),
    ],
    [
      'somebody deleted the pod',
      { ...own({ running: {} }), metadata: { name: 'generator-1', deletionTimestamp: 'now' } },
    ],
    ['the pod has Failed', pod({ phase: 'Failed' })],
  ])('is gone: %s', (why, gone) => {
    expect(whyGone(gone)).toBe(why);
    expect(stateOf(gone)).toEqual({ kind: 'ended', why });
  });

  it('is not said to be gone while nothing says so', () => {
    expect(whyGone(own({ running: {} }))).toBeUndefined();
    expect(whyGone({ metadata: { name: 'generator-1' } })).toBeUndefined();
  });
});

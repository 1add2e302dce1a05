import { expect, it } from 'vitest';
import type { StartParts } from '../../../src/topology/kubernetes/await-start.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';
import { startWorkloads } from '../../../src/topology/kubernetes/start-workloads.ts';
import { testRun } from '../../helpers/run-context.ts';

const agent: RunWorkload = {
  service: 'agent',
  object: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' } },
  hints: {},
  ports: [],
  replicas: undefined,
  isOneShot: false,
  after: [],
};

const daemons = { ...agent.object, status: { observedGeneration: 1, desiredNumberScheduled: 2 } };

it('does not fail of what an earlier run of the namespace could not make', async () => {
  const refusal = {
    metadata: { name: 'failed', uid: 'e-1' },
    involvedObject: { kind: 'DaemonSet', name: 'agent' },
    reason: 'FailedCreate',
    message: 'no',
  };
  const parts = (eventsBefore: ReadonlySet<string>) =>
    ({
      cluster: {
        create: async () => agent.object,
        get: async () => daemons,
        list: async () => ({ items: [refusal], resourceVersion: '1' }),
      },
      namespace: 'shop',
      pods: { replicas: [], starting: () => [] },
      events: { lastLines: () => [] },
      context: testRun().context,
      eventsBefore,
    }) as unknown as StartParts;
  const choice = { labels: {}, readyTimeoutMs: 50, starting: undefined };
  await expect(startWorkloads([agent], parts(new Set()), choice)).rejects.toMatchObject({ code: 'kube-refused' });
  await expect(startWorkloads([agent], parts(new Set(['e-1'])), choice)).rejects.toMatchObject({ code: 'not-ready' });
});

it('waits no longer for the pods of a DaemonSet than for all that is to become ready', async () => {
  const parts = {
    cluster: {
      create: async () => agent.object,
      get: async () => daemons,
      list: async () => ({ items: [], resourceVersion: '1' }),
    },
    namespace: 'shop',
    pods: { replicas: [], starting: () => [] },
    events: { lastLines: () => [] },
    context: testRun().context,
    eventsBefore: new Set(),
  } as unknown as StartParts;
  const choice = { labels: {}, readyTimeoutMs: 50, starting: undefined };
  await expect(startWorkloads([agent], parts, choice)).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringContaining('agent: 0 of 2 pods are there'),
  });
});

import { expect, it } from 'vitest';
import { type ReachParts, reachPod } from '../../../src/topology/kubernetes/reach.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';
import type { PodState } from '../../../src/topology/pods/pod-state.ts';

/** Where nothing ever answers (RFC 6666), as those of pods are to a machine outside of their cluster. */
const address = '100::7';
const workload = {
  service: 'api',
  ports: [{ number: 8080, name: 'http' }],
  hints: { metrics: { port: 9090, path: '/metrics' } },
} as unknown as RunWorkload;
const pod = {
  namespace: 'shop',
  name: 'api-1',
  address,
  sharesNetwork: false,
  containers: [{ name: 'api', id: undefined }],
} as unknown as PodState;

function partsOf(isLoadFromPods: boolean): ReachParts {
  return {
    proxy: { urlOf: (at) => `http://127.0.0.1:1/${at.pod}/${at.port}`, close: async () => {} },
    doors: new Map(),
    nodes: [],
    isLoadFromPods,
    signal: new AbortController().signal,
  };
}

it('gives load that pods send the addresses of pods that are not reached from here, and looks at them through the API server', async () => {
  const inside = await reachPod(workload, 1, pod, 8080, partsOf(true));
  expect(inside.ports).toMatchObject({ '8080': `http://[${address}]:8080`, http: `http://[${address}]:8080` });
  expect(inside).toMatchObject({ isStraight: true, metricsUrl: 'http://127.0.0.1:1/api-1/9090/metrics' });
  expect((await reachPod(workload, 1, pod, 8080, partsOf(false))).ports).toEqual({});
});

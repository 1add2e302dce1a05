import { expect, it } from 'vitest';
import type { AskedFaults } from '../../../src/model/contracts.ts';
import { workloadMistakes } from '../../../src/topology/kubernetes/fault-means.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';

const workload = (service: string, kind: string) =>
  ({ service, object: { apiVersion: 'apps/v1', kind, metadata: { name: service } } }) as RunWorkload;
const workloads = [workload('api', 'Deployment'), workload('agent', 'DaemonSet')];
const scale = (service: string): AskedFaults => ({
  faults: [{ name: 'more', atMs: 0, action: { kind: 'scale', service, replicas: 3 } }],
  asked: [],
});

it('scales what has a number of replicas', () => {
  expect(workloadMistakes(workloads, scale('api'))).toEqual([]);
});

it('refuses to scale what has none', () => {
  expect(workloadMistakes(workloads, scale('agent'))).toEqual([
    'fault "more": agent is a DaemonSet, which has no number of replicas to change',
  ]);
});

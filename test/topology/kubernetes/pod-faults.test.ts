import { expect, it } from 'vitest';
import type { FaultAction } from '../../../src/model/fault.ts';
import { podFaultMistake } from '../../../src/topology/kubernetes/pod-faults.ts';

const of = { service: 'api' };

it.each<FaultAction>([
  { kind: 'kill', of },
  { kind: 'pause', of },
  { kind: 'restart', of },
  { kind: 'scale', service: 'api', replicas: 2 },
  { kind: 'cpu', of, cores: 0.5 },
  { kind: 'memory', of, limitBytes: 1e6 },
  { kind: 'run', command: ['true'] },
])('does $kind to pods', (action) => {
  expect(podFaultMistake(action)).toBeUndefined();
});

it.each<[FaultAction, RegExp]>([
  [{ kind: 'network', to: of, latencyMs: 5 }, /privileged pod on each node.*run:/],
  [{ kind: 'partition', groups: [[of], [{ service: 'db' }]] }, /privileged pod on each node/],
  [{ kind: 'slow', of, byMs: 5, share: 1 }, /holds requests back/],
  [{ kind: 'error', of, status: 503, share: 1 }, /answers for it/],
  [{ kind: 'cpu', of, burners: 2 }, /take nothing from pods on nodes \(limit their cores/],
])('says why it does not do %o to pods', (action, why) => {
  expect(podFaultMistake(action)).toMatch(why);
});

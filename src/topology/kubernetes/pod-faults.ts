/** What can be done to pods while load runs. */
import { environmentError } from '../../model/errors.ts';
import type { FaultAction } from '../../model/fault.ts';
import { httpFault } from '../faults/http-fault.ts';
import type { HeldFault, Inject } from '../faults/keep-faults.ts';
import { runFault } from '../faults/run-fault.ts';
import { limitPods } from './pod-limits.ts';
import type { PodFaultMeans, PodReplica } from './pod-replica.ts';
import { pausePods } from './pod-signals.ts';
import { killPods, restartPods, scalePods } from './pod-stops.ts';

type Kind = FaultAction['kind'];
type Doing<K extends Kind> = (
  action: Extract<FaultAction, { kind: K }>,
  replicas: readonly PodReplica[],
  means: PodFaultMeans,
  signal: AbortSignal,
) => Promise<HeldFault>;

/** How each fault is done; one that does not stand here cannot be done. */
const doings: { readonly [K in Kind]?: Doing<K> } = {
  kill: (_, replicas, means) => killPods(replicas, means),
  pause: (_, replicas, means) => pausePods(replicas, means),
  restart: (_, replicas, means, signal) => restartPods(replicas, means, signal),
  scale: ({ service, replicas: count }, _, means, signal) =>
    scalePods(
      means.replicas.filter(({ target }) => target.service === service),
      count,
      means,
      signal,
    ),
  cpu: ({ cores = 0 }, replicas, means, signal) =>
    limitPods(replicas, { resource: 'cpu', amount: cores }, means, signal),
  memory: ({ limitBytes }, replicas, means, signal) =>
    limitPods(replicas, { resource: 'memory', amount: limitBytes }, means, signal),
  run: (action, _, { run }, signal) => runFault(action, run, signal),
  http: (action, replicas, _, signal) =>
    httpFault(
      action,
      replicas.map(({ target }) => target),
      signal,
    ),
};

/** A network of pods is changed in their namespaces on the nodes, where only a privileged pod may. */
const network =
  'would need a privileged pod on each node: let your service mesh or chaos tool do it, with a fault run:';

const refusals: { readonly [K in Kind]?: string } = {
  network: `network: delays, losses and cuts between pods ${network}`,
  partition: `partition: cuts between pods ${network}`,
  slow: `slow: what stands before a pod and holds requests back ${network}`,
  error: `error: what stands before a pod and answers for it ${network}`,
};

/** Why it cannot be done, whatever cluster this is. */
export function podFaultMistake(action: FaultAction): string | undefined {
  if (action.kind === 'cpu' && action.cores === undefined)
    return 'cpu.burners: busy processes of this machine take nothing from pods on nodes (limit their cores: cpu: { of: api, cores: 0.5 })';
  return doings[action.kind] ? undefined : (refusals[action.kind] ?? `pods cannot have ${action.kind} done to them`);
}

/** Puts them in force. */
export function podInject(means: PodFaultMeans): Inject {
  return async (action, targets, signal) => {
    const doing = doings[action.kind] as Doing<Kind> | undefined;
    if (!doing) throw environmentError('fault-failed', podFaultMistake(action) ?? '');
    const replicas = means.replicas.filter(({ target }) => targets.some(({ id }) => id === target.id));
    return await doing(action, replicas, means, signal);
  };
}

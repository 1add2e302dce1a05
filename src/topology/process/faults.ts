/** What can be done to local processes while load runs. */
import { environmentError } from '../../model/errors.ts';
import type { FaultAction } from '../../model/fault.ts';
import type { Target } from '../../model/topology.ts';
import { formatSizeBytes } from '../../model/units.ts';
import { burnBeside } from '../faults/burners.ts';
import { httpFault } from '../faults/http-fault.ts';
import type { HeldFault, Inject } from '../faults/keep-faults.ts';
import { type RunMeans, runFault } from '../faults/run-fault.ts';
import { injectNetwork, type NetworkMeans } from '../network/inject.ts';
import type { ReplicaGroups } from './groups.ts';
import { limitReplicas } from './limits.ts';
import type { Replica } from './replica.ts';
import { killReplicas, pauseReplicas, restartReplicas, runningOf, scaleReplicas, type WhenReady } from './stops.ts';

/** What faults are done with. */
export interface FaultMeans {
  /** In the order of their numbers. */
  readonly replicas: readonly Replica[];
  readonly whenReady: WhenReady;
  readonly groups: ReplicaGroups;
  readonly run: RunMeans;
  /** Absent where no fault of the network is asked for. */
  readonly network: NetworkMeans | undefined;
  /** Variables of what is started beside the replicas: whose it is. */
  readonly marks: Readonly<Record<string, string>>;
}

type Kind = FaultAction['kind'];
type Doing<K extends Kind> = (
  action: Extract<FaultAction, { kind: K }>,
  replicas: readonly Replica[],
  means: FaultMeans,
  signal: AbortSignal,
) => Promise<HeldFault>;

/** How each fault is done; one that does not stand here cannot be done. */
const doings: { readonly [K in Kind]?: Doing<K> } = {
  kill: (_, replicas, { whenReady }) => killReplicas(replicas, whenReady),
  pause: (_, replicas) => pauseReplicas(replicas),
  restart: (_, replicas, { whenReady }, signal) => restartReplicas(replicas, whenReady, signal),
  scale: ({ service, replicas: count }, _, { replicas, whenReady }, signal) =>
    scaleReplicas(
      replicas.filter(({ plan }) => plan.service === service),
      count,
      whenReady,
      signal,
    ),
  cpu: ({ cores, burners = 0 }, replicas, { groups, marks }) =>
    cores === undefined
      ? burnBeside(idsOf(runningOf(replicas, 'burn beside')), burners, marks)
      : limitReplicas(replicas, groups, 'cpu', cores, cores === 1 ? '1 core' : `${cores} cores`),
  memory: ({ limitBytes }, replicas, { groups }) =>
    limitReplicas(replicas, groups, 'memory', limitBytes, formatSizeBytes(limitBytes)),
  http: (action, replicas, _, signal) =>
    httpFault(
      action,
      replicas.map(({ target }) => target),
      signal,
    ),
  run: (action, _, { run }, signal) => runFault(action, run, signal),
  network: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  partition: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  slow: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  error: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
};

/** Why it cannot be done, whatever machine this is. */
export function processFaultMistake(action: FaultAction): string | undefined {
  const { kind } = action;
  if (kind === 'network' && action.loss !== undefined)
    return "loss: what stands before a local process passes bytes on, of which none are lost: packets are the kernel's (latency and bandwidth can be had; engine: compose can lose packets)";
  return doings[kind] ? undefined : `local processes cannot have ${kind} done to them`;
}

/** Puts them in force. */
export function processInject(means: FaultMeans): Inject {
  return async (action, targets, signal) => {
    const doing = doings[action.kind] as Doing<Kind> | undefined;
    if (!doing) throw environmentError('fault-failed', processFaultMistake(action) ?? '');
    return await doing(action, replicasOf(targets, means), means, signal);
  };
}

function idsOf(running: ReturnType<typeof runningOf>): string[] {
  return running.map(([{ plan }]) => plan.id);
}

function namesOf(replicas: readonly Replica[]): string[] {
  return replicas.map(({ plan }) => plan.id);
}

function replicasOf(targets: readonly Target[], { replicas }: FaultMeans): Replica[] {
  return replicas.filter(({ plan }) => targets.some(({ id }) => id === plan.id));
}

/** What can be done to containers while load runs. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import { isLinux } from '../../host/machine.ts';
import { environmentError } from '../../model/errors.ts';
import type { FaultAction } from '../../model/fault.ts';
import { burnBeside } from '../faults/burners.ts';
import { httpFault } from '../faults/http-fault.ts';
import type { HeldFault, Inject } from '../faults/keep-faults.ts';
import { runFault } from '../faults/run-fault.ts';
import { injectNetwork } from '../network/inject.ts';
import { coresChange, limitContainers, memoryChange, mibText } from './limits.ts';
import type { ContainerReplica, FaultMeans } from './replica.ts';
import { killContainers, pauseContainers, refuseStopped, restartContainers, scaleContainers } from './stops.ts';

type Kind = FaultAction['kind'];
type Doing<K extends Kind> = (
  action: Extract<FaultAction, { kind: K }>,
  replicas: readonly ContainerReplica[],
  means: FaultMeans,
  signal: AbortSignal,
) => Promise<HeldFault>;

/** The least that a Docker engine takes (its `daemon_unix.go`). */
const leastCores = 0.01;
const leastBytes = 6 * 1024 ** 2;

/** How each fault is done; one that does not stand here cannot be done. */
const doings: { readonly [K in Kind]?: Doing<K> } = {
  kill: (_, replicas, means) => killContainers(replicas, means),
  pause: (_, replicas, means) => pauseContainers(replicas, means),
  restart: (_, replicas, means, signal) => restartContainers(replicas, means, signal),
  scale: ({ service, replicas: count }, _, means, signal) =>
    scaleContainers(
      means.replicas.filter(({ target }) => target.service === service),
      count,
      means,
      signal,
    ),
  cpu: ({ cores, burners = 0 }, replicas, means) =>
    cores === undefined
      ? burn(replicas, burners, means)
      : limitContainers(replicas, { what: 'CPU', to: `${cores} cores`, change: coresChange(cores) }, means),
  memory: ({ limitBytes }, replicas, means) =>
    limitContainers(replicas, { what: 'memory', to: mibText(limitBytes), change: memoryChange(limitBytes) }, means),
  run: (action, _, { run }, signal) => runFault(action, run, signal),
  http: (action, replicas, _, signal) =>
    httpFault(
      action,
      replicas.map(({ target }) => target),
      signal,
    ),
  network: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  partition: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  slow: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
  error: (action, replicas, { network }) => injectNetwork(action, namesOf(replicas), network),
};

function namesOf(replicas: readonly ContainerReplica[]): string[] {
  return replicas.map(({ target }) => target.id);
}

async function burn(replicas: readonly ContainerReplica[], count: number, means: FaultMeans): Promise<HeldFault> {
  await refuseStopped(replicas, 'burn beside', means);
  return await burnBeside(
    replicas.map(({ target }) => target.id),
    count,
    means.marks,
  );
}

/** Why it cannot be done, whatever machine this is. */
export function containerFaultMistake(action: FaultAction): string | undefined {
  const { kind } = action;
  if (!doings[kind]) return `containers cannot have ${kind} done to them`;
  if (kind === 'cpu' && action.cores !== undefined && action.cores < leastCores)
    return `cpu: a Docker engine gives no less than ${leastCores} cores, got ${action.cores}`;
  if (kind === 'memory' && action.limitBytes < leastBytes)
    return `memory: a Docker engine takes no limit below ${mibText(leastBytes)}, got ${mibText(action.limitBytes)}`;
  return undefined;
}

/** Throws an environmentError with all that this engine cannot do, before anything is started. */
export async function checkAbilities(actions: readonly FaultAction[], docker: DockerEngine): Promise<void> {
  if (actions.length === 0) return;
  const { operatingSystem, limitsCpu, limitsMemory, pauses } = await docker.abilities();
  if (actions.some((action) => action.kind === 'cpu' && action.burners !== undefined)) refuseVirtual(operatingSystem);
  const missing: Partial<Record<Kind, string>> = {
    ...(limitsCpu ? {} : { cpu: 'limit CPU' }),
    ...(limitsMemory ? {} : { memory: 'limit memory' }),
    ...(pauses ? {} : { pause: 'pause containers' }),
  };
  const lacks = actions.flatMap((action) =>
    action.kind === 'cpu' && action.cores === undefined ? [] : (missing[action.kind] ?? []),
  );
  if (lacks.length > 0)
    throw environmentError(
      'fault-failed',
      `this Docker engine cannot ${[...new Set(lacks)].join(' or ')}: it has no control group for that`,
      'docker info names what is missing; an engine that runs as root has it.',
    );
}

/** Busy processes of this machine take nothing from containers in another. */
function refuseVirtual(operatingSystem: string): void {
  if (isLinux && !operatingSystem.includes('Docker Desktop')) return;
  throw environmentError(
    'fault-failed',
    'cpu.burners: the containers run in a virtual machine, and what is busy on this one takes nothing from them',
    'Limit their cores instead, for example cpu: { of: api, cores: 0.5 }.',
  );
}

/** Puts them in force. */
export function containerInject(means: FaultMeans): Inject {
  return async (action, targets, signal) => {
    const doing = doings[action.kind] as Doing<Kind> | undefined;
    if (!doing) throw environmentError('fault-failed', containerFaultMistake(action) ?? '');
    const replicas = means.replicas.filter(({ target }) => targets.some(({ id }) => id === target.id));
    return await doing(action, replicas, means, signal);
  };
}

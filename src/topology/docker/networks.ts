/** Faults of the network in a project of containers: which of them are meant, and which ports must pass through a proxy. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import type { RunContext } from '../../model/contracts.ts';
import { type FaultSpec, faultTargetsOf } from '../../model/fault.ts';
import type { Target } from '../../model/topology.ts';
import { type InsideNetworks, makeReady, startInside } from '../network/inside.ts';
import { buildNetworkProgram } from '../network/program.ts';
import { isNetworkAction, type NetworkAction } from '../network/program-faults.ts';
import type { ContainerReplica } from './replica.ts';

/** What is asked for, and where it is done; labels name the owner of what is started. */
export interface NetworkParts {
  readonly faults: readonly FaultSpec[];
  /** The architecture of the engine, as Go names it. */
  readonly arch: string;
  readonly docker: DockerEngine;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly context: RunContext;
}

/**
 * Builds and tries what faults of the network need, before anything else is started; the image, or undefined where no fault is of the
 * network.
 */
export async function readyForNetworks(parts: NetworkParts): Promise<string | undefined> {
  const { faults, arch, folder, labels, context } = parts;
  if (!faults.some(({ action }) => isNetworkAction(action))) return undefined;
  const { env, signal } = context;
  const program = await buildNetworkProgram({ env, overrides: { GOARCH: arch }, signal });
  return await makeReady({ program, folder, labels, context });
}

/** Starts what works in the networks of the containers that are meant. */
export async function startInNetworks(
  image: string,
  { faults, docker, labels, context }: NetworkParts,
  replicas: readonly ContainerReplica[],
): Promise<InsideNetworks> {
  const actions = faults.map(({ action }) => action).filter(isNetworkAction);
  const isMeant = ({ target }: ContainerReplica) =>
    actions.some((action) =>
      faultTargetsOf(action).some(({ service, role }) => role !== undefined || service === target.service),
    );
  const targets = replicas
    .filter((one) => isMeant(one) && !one.target.isAway)
    .map(({ containerId, target }) => ({ id: target.id, containerId, ports: portsThatPass(actions, target) }));
  return await startInside(targets, {
    image,
    labels,
    addressesOf: async (id) => {
      const found = replicas.find(({ target }) => target.id === id);
      if (!found || found.target.isAway) return [];
      return (await docker.inspect(found.containerId)).networks.map(({ address }) => address);
    },
    idsOf: (service) => replicas.filter(({ target }) => target.service === service).map(({ target }) => target.id),
    context,
  });
}

/** Only what the kernel cannot do to packets needs a proxy. */
function portsThatPass(actions: readonly NetworkAction[], { ports, service }: Target): number[] {
  const own = actions.filter(
    (action) =>
      action.kind !== 'partition' &&
      faultTargetsOf(action).some((target) => target.role !== undefined || target.service === service) &&
      (action.kind !== 'network' || action.latencyMs !== undefined || action.bytesPerSecond !== undefined),
  );
  return [
    ...new Set(
      own.flatMap((action) =>
        'port' in action && action.port !== undefined ? [action.port] : Object.keys(ports).map(Number),
      ),
    ),
  ];
}

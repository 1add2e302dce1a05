/** By which address this machine reaches a port of a container, and how: what is published first, the container's own address last. */
import type { ProjectContainer } from './containers.ts';

/** An address, and what it is for people. */
export interface Reached {
  /** `host:port`. */
  readonly address: string;
  readonly how: string;
}

/** Finds the address of a container port; undefined when this machine has none. */
export type ReachPort = (port: number) => Reached | undefined;

type Networked = Pick<ProjectContainer, 'addressOf' | 'network'>;

/** Only ports that are published where this machine can reach them. */
export function publishedReach({ addressOf }: Networked): ReachPort {
  return (port) => {
    const address = addressOf(port);
    return address === undefined ? undefined : { address, how: `published port ${port}` };
  };
}

/**
 * Every way there is: a published port, the host's own network, or the address on the first network by name, which only Linux routes to. A
 * container in the network of another is reached as that one, which `inspect` finds by its id.
 */
export async function everyReach(
  container: Networked,
  { isLinux, inspect }: { readonly isLinux: boolean; inspect(id: string): Promise<Networked | undefined> },
): Promise<ReachPort> {
  const owner = sharedWith(container);
  if (owner !== undefined) {
    const other = await inspect(owner);
    return other ? await everyReach(other, { isLinux, inspect: async () => undefined }) : () => undefined;
  }
  const published = publishedReach(container);
  const { networks, networkMode } = container.network;
  const [first] = networks;
  return (port) => {
    const near = published(port);
    if (near || !isLinux) return near;
    if (networkMode === 'host') return { address: `127.0.0.1:${port}`, how: "the host's network" };
    return (
      first && { address: `${bracketed(first.address)}:${port}`, how: `container address on network ${first.name}` }
    );
  };
}

/** The id of the container whose network this one is in (Engine API, HostConfig.NetworkMode); undefined where it has its own. */
export function sharedWith({ network: { networkMode } }: Pick<Networked, 'network'>): string | undefined {
  return /^container:(.+)$/.exec(networkMode)?.[1];
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

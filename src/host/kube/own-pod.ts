/** The pod of a cluster that this process is in. */
import { hostname, networkInterfaces } from 'node:os';
import type { KubeCluster } from './cluster.ts';

/** A pod, and what tells it from a later one of the same name. */
export interface OwnPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What the system says of where a process is. */
interface OwnPlace {
  readonly hostName: string;
  readonly addresses: readonly string[];
}

/**
 * The pod that POD_NAME (and POD_NAMESPACE) name, as the downward API does, else the one that is called as this host is and has an address of
 * it. Undefined outside of the cluster, on the network of a node without POD_NAME, and where the cluster does not show it. Never rejects.
 */
export async function findOwnPod(
  cluster: Pick<KubeCluster, 'context' | 'namespace' | 'get'>,
  env: Readonly<Record<string, string | undefined>>,
  { hostName, addresses }: OwnPlace = ownPlace(),
): Promise<OwnPod | undefined> {
  if (cluster.context !== 'in-cluster') return undefined;
  const { POD_NAME: named, POD_NAMESPACE: namespace = cluster.namespace } = env;
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name: named || hostName };
  const found = await cluster.get(ref).catch(() => undefined);
  if (!found?.metadata.uid) return undefined;
  const { podIPs = [] } = (found['status'] ?? {}) as { readonly podIPs?: readonly { readonly ip?: string }[] };
  const isHere = podIPs.some(({ ip }) => ip !== undefined && addresses.includes(ip));
  return named || isHere ? { namespace, name: ref.name, uid: found.metadata.uid } : undefined;
}

function ownPlace(): OwnPlace {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return { hostName: hostname(), addresses: all.map(({ address }) => address) };
}

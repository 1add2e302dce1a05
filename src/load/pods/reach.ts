/** The way from the coordinator to a generator's pod: straight to its address, else through the API server. */
import type { Duplex } from 'node:stream';
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { dialUpgrade, type UpgradePlace } from '../../host/upgrade.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { GeneratorPod } from './start.ts';

/** What a stream is opened for. */
type Wanted = Pick<UpgradePlace, 'path' | 'protocol'>;

/** A stream to a pod, and how it came about. */
export interface ReachedPod {
  readonly stream: Duplex;
  readonly way: 'directly' | 'through the API server';
  /** Why not directly. */
  readonly why?: string | undefined;
}

/** Of nodes that drop what they do not know nothing comes back. */
const directMs = 2000;
const proxyMs = 10_000;

/** Opens a stream of a protocol; whoever else has the address is found out, because only a generator speaks that protocol. */
export async function reachPod(cluster: KubeCluster, pod: GeneratorPod, wanted: Wanted): Promise<ReachedPod> {
  try {
    const { address: host, port } = pod;
    return { stream: await dialUpgrade({ host, port, ...wanted }, directMs), way: 'directly' };
  } catch (error) {
    const why = `${pod.address}:${pod.port} cannot be reached from here: ${messageOf(error)}`;
    return { stream: await throughServer(cluster, pod, wanted, why), way: 'through the API server', why };
  }
}

/** The same, always through the API server. */
export async function throughServer(
  cluster: Pick<KubeCluster, 'upgrade'>,
  { namespace, name, port }: GeneratorPod,
  { path, protocol }: Wanted,
  why: string,
): Promise<Duplex> {
  try {
    const headers = { Upgrade: protocol };
    const signal = AbortSignal.timeout(proxyMs);
    const { socket, head } = await cluster.upgrade({ namespace, pod: name, port }, path, headers, signal);
    if (head.length > 0) socket.unshift(head);
    return socket;
  } catch (error) {
    throw environmentError(
      'generator-unreachable',
      `pod ${namespace}/${name} can be reached neither directly (${why}) nor through the API server: ${messageOf(error)}`,
      'Run rampart inside the cluster, or have the right to get pods/proxy; `rampart doctor --kubernetes` prints the role.',
      error,
    );
  }
}

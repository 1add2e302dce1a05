/** The way to a node's kubelet: through the API server, else straight to it. */
import { environmentError, messageOf } from '../../model/errors.ts';
import type { KubeAnswer, KubeCluster, KubeLimits, KubeObject } from './cluster.ts';
import { type KubePlace, readAccess } from './config.ts';
import { readRefusal } from './failures.ts';
import { createTransport, type KubeTransport } from './transport.ts';

/** Asks kubelets; connections stay open until `close`. */
export interface Kubelets {
  /** GET of a path, such as `/metrics/cadvisor`; rejects with an environmentError that says what each way answered. */
  get(node: string, path: string, limits?: KubeLimits): Promise<KubeAnswer>;
  close(): void;
}

const usualPort = 10_250;

/**
 * The API server forwards to kubelets (right `nodes/proxy`), except where their addresses are loopback or link-local ones. Straight to them
 * the right `nodes/metrics` is enough, and the credentials go only to a kubelet whose certificate the cluster's authority has signed.
 */
export function createKubelets(cluster: Pick<KubeCluster, 'nodeHttp' | 'get'>, place: KubePlace): Kubelets {
  const straight = new Map<string, KubeTransport>();

  async function openStraight(node: string): Promise<KubeTransport> {
    const known = straight.get(node);
    if (known) return known;
    const found = await cluster.get({ apiVersion: 'v1', kind: 'Node', name: node });
    const address = found && kubeletAddress(found);
    if (address === undefined) throw new Error(`node ${node} tells no address of its kubelet`);
    const access = await readAccess(place);
    const credentials = async () => ({
      ...(await access.credentials()),
      servername: undefined,
      rejectUnauthorized: true,
    });
    const opened = createTransport({ ...access, server: `https://${address}`, credentials });
    straight.set(node, opened);
    return opened;
  }

  async function askStraight(node: string, path: string, limits: KubeLimits): Promise<KubeAnswer> {
    const transport = await openStraight(node);
    const answer = await transport.whole({ asked: `ask the kubelet of node ${node}`, path }, limits);
    if (answer.status !== 200) throw readRefusal(answer.status, answer.body);
    return answer;
  }

  return {
    get: async (node, path, limits = {}) => {
      let refusal = '';
      if (!straight.has(node)) {
        const answer = await cluster.nodeHttp(node, path, limits);
        if (answer.status === 200) return answer;
        refusal = `through the API server ${readRefusal(answer.status, answer.body).message}; `;
      }
      try {
        return await askStraight(node, path, limits);
      } catch (error) {
        straight.get(node)?.close();
        straight.delete(node);
        limits.signal?.throwIfAborted();
        throw environmentError(
          'kube-kubelet',
          `the kubelet of node ${node} cannot be asked: ${refusal}straight to it ${messageOf(error)}`,
          'It needs the right to get nodes/proxy, or straight to it nodes/metrics; `rampart doctor --kubernetes` prints the role.',
          error,
        );
      }
    },
    close: () => {
      for (const transport of straight.values()) transport.close();
      straight.clear();
    },
  };
}

/** `host:port` of the kubelet of a node; undefined where it tells no address. */
function kubeletAddress({ status }: KubeObject): string | undefined {
  const { addresses = [], daemonEndpoints } = (status ?? {}) as {
    addresses?: readonly { readonly type: string; readonly address: string }[];
    daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
  };
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address;
  const port = daemonEndpoints?.kubeletEndpoint?.Port || usualPort;
  return address && `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

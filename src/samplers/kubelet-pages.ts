/** Pages of the cAdvisor endpoints of nodes, each asked for once for all targets on its node. */
import type { KubeCluster } from '../host/kube/cluster.ts';
import { connectKube } from '../host/kube/connect.ts';
import { createKubelets, type Kubelets } from '../host/kube/kubelet.ts';
import type { SamplerContext } from '../model/contracts.ts';
import type { PodPlace } from '../model/topology.ts';
import { type CadvisorPage, readCadvisor } from './cadvisor-text.ts';
import { type Alignment, createAlignment } from './clock-alignment.ts';

/** A page, and what is added to its stamps to have microseconds of the run's clock. */
export interface DatedPage {
  readonly page: CadvisorPage;
  readonly offsetUs: number;
}

/** The kubelets of the run's targets. */
export interface KubeletPages {
  /** The same promise until the page is old enough to be asked for anew; rejects with what the kubelet or the cluster answers. */
  of(pod: PodPlace): Promise<DatedPage>;
  /** How the clock of a node stands to the run's. */
  relationOf(pod: PodPlace): ReturnType<Alignment['relation']>;
  close(): void;
}

/** cAdvisor looks at a container every 10 s, or up to twice that where it changes little; so each of its looks is met. */
const pageMs = 5000;
const patienceMs = 10_000;
/** Stamps are milliseconds. */
const resolutionUs = 1000;

interface Node {
  readonly alignment: Alignment;
  asked: { readonly atUs: number; readonly page: Promise<DatedPage> } | undefined;
}

interface Connection {
  readonly cluster: KubeCluster;
  readonly kubelets: Kubelets;
}

/** Opens nothing yet. */
export function createKubeletPages({ clock, env }: Pick<SamplerContext, 'clock' | 'env'>): KubeletPages {
  const nodes = new Map<string, Node>();
  const connections = new Map<string, Promise<Connection>>();

  function connect({ context, kubeconfig }: PodPlace): Promise<Connection> {
    const key = JSON.stringify([context, kubeconfig]);
    const known = connections.get(key);
    if (known) return known;
    const opening = connectKube({ env, context, kubeconfig }).then((cluster) => ({
      cluster,
      kubelets: createKubelets(cluster, { env, context, kubeconfig }),
    }));
    connections.set(key, opening);
    // One that failed is tried anew.
    opening.catch(() => connections.delete(key));
    return opening;
  }

  function nodeOf({ context, kubeconfig, node }: PodPlace): Node {
    const key = JSON.stringify([context, kubeconfig, node]);
    const known = nodes.get(key) ?? { alignment: createAlignment(resolutionUs), asked: undefined };
    nodes.set(key, known);
    return known;
  }

  async function ask(pod: PodPlace, { alignment }: Node): Promise<DatedPage> {
    const { kubelets } = await connect(pod);
    const signal = AbortSignal.timeout(patienceMs);
    const { body } = await kubelets.get(pod.node, '/metrics/cadvisor', { signal });
    const arrivalUs = clock.nowUs();
    const page = readCadvisor(body.toString('utf8'));
    const newestUs = (page.newestMs ?? clock.originWallMs) * 1000 - clock.originWallMs * 1000;
    const offsetUs = page.newestMs === undefined ? 0 : alignment.align(newestUs, arrivalUs) - newestUs;
    return { page, offsetUs: offsetUs - clock.originWallMs * 1000 };
  }

  return {
    of: (pod) => {
      const node = nodeOf(pod);
      const atUs = clock.nowUs();
      if (!node.asked || atUs - node.asked.atUs >= pageMs * 1000) node.asked = { atUs, page: ask(pod, node) };
      return node.asked.page;
    },
    relationOf: (pod) => nodeOf(pod).alignment.relation(),
    close: () => {
      for (const opening of connections.values())
        void opening.then(
          ({ cluster, kubelets }) => {
            kubelets.close();
            cluster.close();
          },
          () => undefined,
        );
    },
  };
}

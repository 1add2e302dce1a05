/** Where the replicas of a run are reached, and whether the port that load is sent to takes connections. */
import type { AskedFaults } from '../../model/contracts.ts';
import type { ProbeAnswer } from '../liveness/ready.ts';
import { type ReachParts, reachPod } from './reach.ts';
import type { KubeReplica } from './replica.ts';

/** The addresses of replicas, looked for whenever they are in a pod that is ready. */
export interface ReplicaReach {
  /** Looks for where the pod of a replica is now reached. */
  look(replica: KubeReplica): Promise<void>;
  /**
   * Ready where the port for load takes connections, where this machine cannot know that, and where no load is sent. One that refused is
   * looked at again: it may come to listen elsewhere.
   */
  takesLoad(replica: KubeReplica): Promise<ProbeAnswer>;
  /** By service, whether nothing stands between load and the pods. */
  readonly isStraight: ReadonlyMap<string, boolean>;
}

/** Nothing is looked for yet. */
export function createReach(
  asked: Pick<AskedFaults, 'loadTo' | 'loadPort'> | undefined,
  parts: ReachParts,
  find: typeof reachPod = reachPod,
): ReplicaReach {
  const isStraight = new Map<string, boolean>();
  /** By target: `host:port`. */
  const refusedAt = new Map<string, string | undefined>();
  const look = async (replica: KubeReplica) => {
    const pod = replica.state();
    if (!pod) return;
    const { workload, number, target } = replica;
    const wanted = workload.service === asked?.loadTo ? asked.loadPort : undefined;
    const found = await find(workload, number, pod, wanted, parts);
    // Where it is in another pod by now, that one is looked for by itself.
    if (replica.state()?.uid !== pod.uid) return;
    const { ports, pprofUrl, metricsUrl } = found;
    isStraight.set(workload.service, found.isStraight);
    refusedAt.set(target.id, found.refusedAt);
    replica.reachAt({ ports, pprofUrl, metricsUrl });
  };
  return {
    look,
    isStraight,
    takesLoad: async (replica) => {
      const { id } = replica.target;
      if (refusedAt.get(id) !== undefined) await look(replica);
      const at = refusedAt.get(id);
      return at === undefined ? { isReady: true } : { isReady: false, said: refusalWords(replica, at) };
    },
  };
}

function refusalWords({ pod, workload }: KubeReplica, at: string): string {
  const bound = workload.addressOf ? ' at the address in RAMPART_IP, or at all addresses' : '';
  return `pod ${pod} runs, but ${at}, where load is to go, refuses connections: its program has to listen there${bound}, or target.port to name the port that it listens on`;
}

/** Where the replicas of a run are reached, and whether the port that load is sent to takes connections. */
import type { AskedFaults } from '../../model/contracts.ts';
import type { ProbeAnswer } from '../liveness/ready.ts';
import { ownPorts } from './port-owners.ts';
import { type ReachParts, reachPod } from './reach.ts';
import type { KubeReplica } from './replica.ts';

/** The addresses of replicas, looked for whenever they are in a pod that is ready. */
export interface ReplicaReach {
  /** Looks for where the pod of a replica is now reached. */
  look(replica: KubeReplica): Promise<void>;
  /**
   * Ready where the port for load takes connections, where this machine cannot know that, and where no load is sent. One that refused, or
   * that another program took them for, is looked at again: it may come to listen elsewhere.
   */
  takesLoad(replica: KubeReplica): Promise<ProbeAnswer>;
  /** By service, whether nothing stands between load and the pods. */
  readonly isStraight: ReadonlyMap<string, boolean>;
  /** By target, `host:port` where load goes and nobody here can see that it is the pod that answers. */
  readonly unseenAt: ReadonlyMap<string, string>;
}

/** Nothing is looked for yet. */
export function createReach(
  asked: Pick<AskedFaults, 'loadTo' | 'loadPort'> | undefined,
  parts: ReachParts,
  find: typeof reachPod = reachPod,
  own: typeof ownPorts = ownPorts,
): ReplicaReach {
  const isStraight = new Map<string, boolean>();
  /** By target: `host:port`. */
  const refusedAt = new Map<string, string | undefined>();
  const takenBy = new Map<string, string | undefined>();
  const unseenAt = new Map<string, string>();
  const look = async (replica: KubeReplica) => {
    const pod = replica.state();
    if (!pod) return;
    const { workload, number, target } = replica;
    const wanted = workload.service === asked?.loadTo ? asked.loadPort : undefined;
    const found = own(await find(workload, number, pod, wanted, parts), workload, pod, wanted);
    // Where it is in another pod by now, that one is looked for by itself.
    if (replica.state()?.uid !== pod.uid) return;
    const { ports, pprofUrl, metricsUrl } = found;
    isStraight.set(workload.service, found.isStraight);
    refusedAt.set(target.id, found.refusedAt);
    takenBy.set(target.id, found.takenBy);
    if (found.unseenAt === undefined) unseenAt.delete(target.id);
    else unseenAt.set(target.id, found.unseenAt);
    replica.reachAt({ ports, pprofUrl, metricsUrl });
  };
  return {
    look,
    isStraight,
    unseenAt,
    takesLoad: async (replica) => {
      const { id } = replica.target;
      if ((refusedAt.get(id) ?? takenBy.get(id)) !== undefined) await look(replica);
      const [taken, at] = [takenBy.get(id), refusedAt.get(id)];
      if (taken !== undefined) return { isReady: false, said: takenWords(replica, taken) };
      return at === undefined ? { isReady: true } : { isReady: false, said: refusalWords(replica, at) };
    },
  };
}

function refusalWords({ pod, workload }: KubeReplica, at: string): string {
  const bound = workload.addressOf ? ' at the address in RAMPART_IP, or at all addresses' : '';
  return `pod ${pod} runs, but ${at}, where load is to go, refuses connections: its program has to listen there${bound}, or target.port to name the port that it listens on`;
}

function takenWords({ pod, workload }: KubeReplica, taken: string): string {
  const bound = workload.addressOf ? 'at the address in RAMPART_IP' : 'at an address or a port of its own';
  return `pod ${pod} runs, but ${taken}, which is not in it: the pod has the network of its node, and its program has to listen ${bound}`;
}

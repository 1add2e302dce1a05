/** What pods of generators share their nodes with, from before the load to its end. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { sharedNodes } from './loss.ts';
import type { GeneratorPod } from './start.ts';

/** Where the targets are. */
export interface TargetPlaces {
  /** Namespaces of the cluster that have pods of theirs. */
  readonly namespaces: readonly string[];
  /** Whether targets may be on nodes of the cluster that nobody knows of. */
  readonly areElsewhere: boolean;
}

/** What was seen so far. */
export interface Company {
  /** Pods of the topology that were on the node of this generator; undefined where none was seen and nobody knows. */
  of(generator: string): readonly string[] | undefined;
  /** Looks once more, as targets may have come in the midst of a run; who was there before stays. Never rejects. */
  lookAgain(): Promise<void>;
}

/** Looks for the first time; rejects when the cluster does not answer. */
export async function companyOf(
  cluster: Pick<KubeCluster, 'list'>,
  pods: readonly GeneratorPod[],
  { namespaces, areElsewhere }: TargetPlaces,
): Promise<Company> {
  const found = new Map<string, Set<string>>();
  let isUnknown = areElsewhere;
  let looking: Promise<void> | undefined;
  const look = async () => {
    for (const [name, others] of await sharedNodes(cluster, pods, namespaces))
      found.set(name, new Set([...(found.get(name) ?? []), ...others]));
  };
  await look();
  return {
    of: (name) => {
      const seen = [...(found.get(name) ?? [])];
      return seen.length === 0 && isUnknown ? undefined : seen;
    },
    lookAgain: () => {
      // All generators ask at the end of a load, at once.
      looking ??= look()
        .catch(() => {
          isUnknown = true;
        })
        .finally(() => {
          looking = undefined;
        });
      return looking;
    },
  };
}

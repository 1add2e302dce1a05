/** Takes what a run has made out of a namespace that stays, and looks whether anything is left of it. */
import type { KubeCluster, KubeObject, KubeRef } from '../../host/kube/cluster.ts';
import { isLastingRefusal, statusOf } from '../../host/kube/failures.ts';
import type { Clock } from '../../model/host.ts';

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

/** The cluster, which writes down what is made in it from now on. */
export interface NotingCluster {
  readonly cluster: KubeCluster;
  /** Resolves with all of it when nothing is being made any more; rejects where no answer says whether something may still come. */
  made(): Promise<readonly KubeRef[]>;
}

/** What is refused is not there, and what got no answer may come at any time. */
export function notingCluster(cluster: KubeCluster): NotingCluster {
  const made: KubeRef[] = [];
  const making: Promise<unknown>[] = [];
  return {
    made: async () => {
      const ends = await Promise.allSettled(making);
      const lost = ends.find((end) => end.status === 'rejected' && statusOf(end.reason) === undefined);
      if (lost?.status === 'rejected') throw lost.reason;
      return made;
    },
    cluster: {
      ...cluster,
      create: async (object, options) => {
        const answer = cluster.create(object, options);
        if (options?.isDryRun === true) return await answer;
        made.push(refOf(object));
        making.push(answer);
        return await answer;
      },
    },
  };
}

/** Where it is removed. */
export interface RemovalParts {
  readonly cluster: Pick<KubeCluster, 'list' | 'remove'>;
  readonly namespace: string;
  readonly clock: Pick<Clock, 'nowUs' | 'sleep'>;
  /** Whether volumes were claimed that outlive what claimed them. */
  readonly hasClaims: boolean;
}

/** As long as a whole namespace is given. */
const goneMs = 120_000;
const firstPauseMs = 50;
const longestPauseMs = 500;

/**
 * Resolves with what is still there after two minutes, nothing where all is gone: the objects, every pod of the namespace, and claims of
 * volumes. Asks again while the cluster does not answer; rejects where it refuses.
 */
export async function removeObjects(
  made: readonly KubeRef[],
  { cluster, namespace, clock, hasClaims }: RemovalParts,
): Promise<readonly string[]> {
  const untilUs = clock.nowUs() + goneMs * 1000;
  let waiting: readonly KubeRef[] = [...new Map(made.map((ref) => [refText(ref), ref])).values()].reverse();
  let said: readonly string[] = [];
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      waiting = await stillThere(waiting, cluster);
      const pods = await cluster.list(podKind, { namespace });
      const claims = hasClaims && pods.items.length === 0 ? await cluster.list(claimKind, { namespace }) : undefined;
      const claimed = await stillThere((claims?.items ?? []).map(refOf), cluster);
      said = [...waiting, ...pods.items.map(refOf), ...claimed].map(refText);
      if (said.length === 0) return [];
    } catch (error) {
      if (isLastingRefusal(error) || clock.nowUs() > untilUs) throw error;
    }
    if (clock.nowUs() > untilUs) return said;
    await clock.sleep(pauseMs);
  }
}

/** An object that is told to go and is not there is gone for good; this takes no right to read it. */
async function stillThere(refs: readonly KubeRef[], cluster: Pick<KubeCluster, 'remove'>): Promise<readonly KubeRef[]> {
  const there = await Promise.all(refs.map((ref) => cluster.remove(ref)));
  return refs.filter((_ref, index) => there[index]);
}

function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeRef {
  return { apiVersion, kind, name, namespace };
}

function refText({ kind, name }: KubeRef): string {
  return `${kind} ${name}`;
}

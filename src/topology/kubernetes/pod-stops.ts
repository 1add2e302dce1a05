/** Faults by which pods go: killed, restarted, and more or fewer of them. */
import { pause } from '../../host/clock.ts';
import type { KubeRef } from '../../host/kube/cluster.ts';
import { environmentError } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import { holdPods } from './hold-pods.ts';
import { namedPods, type PodFaultMeans, type PodOwner, type PodReplica, podRef } from './pod-replica.ts';
import { signalContainers } from './pod-signals.ts';

type Replicas = readonly PodReplica[];

const pollMs = 100;
/** What a kubelet needs to clear up after containers that are dead. */
const goneMs = 60_000;
/** The least that a kubelet gives a pod between SIGTERM and SIGKILL, whatever it is told (kubelet, pod_workers.go). */
const leastGraceS = 1;

/**
 * Ends the processes at once and holds back the pods that would come in their place; undone, those are made. Where no signal reaches a
 * process, its kubelet ends it: with SIGTERM first, and SIGKILL a second later.
 */
export async function killPods(replicas: Replicas, means: PodFaultMeans): Promise<HeldFault> {
  refuseAway(replicas, 'kill');
  const names = namedPods(replicas);
  const refs = replicas.map((replica) => podRef(replica, means.namespace));
  const held = await holdPods(means);
  const undo = async (signal: AbortSignal) => {
    await held.letGo(ownersOf(replicas));
    await comeBack(replicas, means, signal);
  };
  try {
    for (const replica of replicas) means.takeAway(replica);
    const deaf = await signalContainers(replicas, 'KILL', means);
    const diedUs = means.clock.nowUs();
    await Promise.all(refs.map((ref) => remove(ref, means, leastGraceS)));
    const how = replicas.map((replica) => {
      const why = deaf.get(replica);
      return why === undefined ? 'SIGKILL' : `SIGTERM, and SIGKILL a second later, because ${why}`;
    });
    return {
      message: `killed ${names}: ${[...new Set(how)].join('; ')}`,
      heldUs: deaf.size === 0 ? means.clock.nowUs() - diedUs : 0,
      undo,
    };
  } catch (error) {
    await undo(means.signal).catch(() => undefined);
    throw error;
  }
}

/** One after the other: the next goes when the one before is back. */
export async function restartPods(replicas: Replicas, means: PodFaultMeans, signal: AbortSignal): Promise<HeldFault> {
  refuseAway(replicas, 'restart');
  const before = namedPods(replicas);
  for (const replica of replicas) {
    signal.throwIfAborted();
    // It may have gone while others came back.
    refuseAway([replica], 'restart');
    const ref = podRef(replica, means.namespace);
    // Two pods of one replica would be up at once for as long as the first needs to end.
    const held = await holdPods(means);
    try {
      means.takeAway(replica);
      await remove(ref, means);
    } finally {
      await held.letGo(ownersOf([replica]));
    }
    await comeBack([replica], means, signal);
  }
  return { message: `restarted ${before}` };
}

/** Those with the highest numbers go, or the next come; undone, there are as many as before. */
export async function scalePods(
  all: Replicas,
  count: number,
  means: PodFaultMeans,
  signal: AbortSignal,
): Promise<HeldFault> {
  const [first] = all;
  if (!first) throw environmentError('fault-failed', 'there is no replica to scale');
  const before = all.filter(({ target }) => !target.isAway);
  await scaleTo(all, count, first.owner, means, signal).catch(async (error: unknown) => {
    await scaleTo(all, before.length, first.owner, means, means.signal).catch(() => undefined);
    throw error;
  });
  return {
    message: `${count} replicas of ${first.target.service} instead of ${before.length}`,
    undo: (again) => scaleTo(all, before.length, first.owner, means, again),
  };
}

async function scaleTo(
  all: Replicas,
  count: number,
  owner: PodOwner,
  means: PodFaultMeans,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, namespace } = means;
  const leaving = all.slice(count).filter(({ target }) => !target.isAway);
  const ends: (() => Promise<void>)[] = [];
  for (const replica of leaving) {
    means.takeAway(replica);
    const ref = podRef(replica, namespace);
    ends.push(await untilGone(ref, means));
    // A Deployment takes the pods first that cost least; a StatefulSet those with the highest numbers.
    await cluster.patch(ref, {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1000' } },
    });
  }
  const { apiVersion, kind, name } = owner;
  await cluster.patch({ apiVersion, kind, name, namespace, part: 'scale' }, { spec: { replicas: count } });
  await Promise.all(ends.map((end) => end()));
  await comeBack(
    all.slice(0, count).filter(({ target }) => target.isAway),
    means,
    signal,
  );
}

async function remove(ref: KubeRef, means: PodFaultMeans, graceS?: number): Promise<void> {
  const gone = await untilGone(ref, means);
  await means.cluster.remove(ref, graceS === undefined ? {} : { graceS });
  await gone();
}

/** Looks which pod it is, and gives what waits for the end of that one: a StatefulSet calls the next alike. */
async function untilGone(ref: KubeRef, { cluster, signal }: PodFaultMeans): Promise<() => Promise<void>> {
  const uid = (await cluster.get(ref))?.metadata.uid;
  return async () => {
    const late = AbortSignal.timeout(goneMs);
    while (uid !== undefined && (await cluster.get(ref))?.metadata.uid === uid) {
      signal.throwIfAborted();
      if (late.aborted)
        throw environmentError('fault-failed', `pod ${ref.name} was told to end, and was still there a minute later`);
      await pause(pollMs, { signal });
    }
  };
}

/** Resolves when pods stand in the place of all of these, and can take load. */
async function comeBack(replicas: Replicas, means: PodFaultMeans, signal: AbortSignal): Promise<void> {
  for (const owner of ownersOf(replicas)) if (owner.kind === 'Pod') await means.makeAgain(owner);
  await means.giveBack(replicas, signal);
}

function ownersOf(replicas: Replicas): readonly PodOwner[] {
  return [...new Map(replicas.map(({ owner }) => [`${owner.kind}/${owner.name}`, owner])).values()];
}

function refuseAway(replicas: Replicas, what: string): void {
  const away = replicas.filter(({ target }) => target.isAway).map(({ target }) => target.id);
  if (away.length > 0) throw environmentError('fault-failed', `cannot ${what} ${away.join(', ')}: not running`);
}

/** Faults that are signals to the processes of pods: standing still, and the first part of being killed. */
import type { AskedFaults } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { Target } from '../../model/topology.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import { namedPods, type PodFaultMeans, type PodReplica } from './pod-replica.ts';
import { type ContainerSignal, readSignalled, signalCommand } from './signal-script.ts';

/** A command in a container that takes longer does not end. */
const execMs = 10_000;

/** Signals all of them at once; resolves with those that it did not reach, and why. */
export async function signalContainers(
  replicas: readonly PodReplica[],
  signal: ContainerSignal,
  means: PodFaultMeans,
): Promise<ReadonlyMap<PodReplica, string>> {
  const deaf = new Map<PodReplica, string>();
  await Promise.all(
    replicas.map(async (replica) => {
      const why = await signalContainer(replica, signal, means);
      if (why !== undefined) deaf.set(replica, why);
    }),
  );
  return deaf;
}

/** Why no signal reached it; undefined where one did. */
async function signalContainer(
  { pod = '', container }: PodReplica,
  signal: ContainerSignal,
  { cluster, namespace }: PodFaultMeans,
): Promise<string | undefined> {
  try {
    const place = { namespace, pod, container };
    const signalled = readSignalled(await cluster.exec(place, signalCommand(signal), AbortSignal.timeout(execMs)));
    return 'why' in signalled ? signalled.why : undefined;
  } catch (error) {
    const said = messageOf(error);
    return /executable file not found|no such file/.test(said) ? 'its image has no shell that could send one' : said;
  }
}

/** Has them stand still, all at once; where one cannot be reached, none does. */
export async function pausePods(replicas: readonly PodReplica[], means: PodFaultMeans): Promise<HeldFault> {
  const resume = async (signal: AbortSignal) => {
    fail(await signalContainers(replicas, 'CONT', means), 'resume');
    await means.giveBack(replicas, signal);
  };
  const letGo = async () => fail(await signalContainers(replicas, 'CONT', means), 'resume');
  for (const replica of replicas) means.takeAway(replica);
  const deaf = await signalContainers(replicas, 'STOP', means);
  if (deaf.size > 0) {
    const stopped = replicas.filter((replica) => !deaf.has(replica));
    await signalContainers(stopped, 'CONT', means);
    await means.giveBack(replicas, means.signal);
    fail(deaf, 'pause');
  }
  return { message: `paused ${namedPods(replicas)}`, undo: resume, letGo };
}

/** Throws before any load where a replica could not be paused; going on changes nothing of one that runs. */
export async function checkPauses(asked: AskedFaults | undefined, means: PodFaultMeans): Promise<void> {
  const paused = (asked?.faults ?? []).flatMap(({ action }) => (action.kind === 'pause' ? [action.of] : []));
  const isPaused = ({ id, service, isAway }: Target) =>
    !isAway &&
    paused.some((of) => of.service === service && (of.replica === undefined || id === `${service}-${of.replica}`));
  const replicas = means.replicas.filter(({ target }) => isPaused(target));
  fail(await signalContainers(replicas, 'CONT', means), 'pause');
}

function fail(deaf: ReadonlyMap<PodReplica, string>, what: string): void {
  if (deaf.size === 0) return;
  const lines = [...deaf].map(([{ target }, why]) => `cannot ${what} ${target.id}: ${why}`);
  throw environmentError('fault-failed', lines.join('\n'));
}

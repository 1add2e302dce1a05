/** Faults by which containers stop: killed, standing still, restarted, and more or fewer of them. */
import { environmentError, messageOf } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import type { ContainerReplica, FaultMeans } from './replica.ts';

type Replicas = readonly ContainerReplica[];

/** Kills them all at once; undone, they are started again. */
export async function killContainers(replicas: Replicas, means: FaultMeans): Promise<HeldFault> {
  await refuseStopped(replicas, 'kill', means);
  await onAll(replicas, 'kill', async (replica) => {
    leave(replica, means);
    await means.docker.change.kill(replica.containerId);
  }).catch(async (error: unknown) => {
    await startAgain(replicas, means, means.signal);
    throw error;
  });
  return {
    message: `killed ${named(replicas)}`,
    heldUs: await deadForUs(replicas, means),
    undo: (signal) => startAgain(replicas, means, signal),
  };
}

/** Since the last of them ended, by the engine's clock: it answers when it has cleared up after them, which takes it tenths of a second. */
async function deadForUs(replicas: Replicas, { docker, clock }: FaultMeans): Promise<number> {
  const looks = await Promise.all(replicas.map(({ containerId }) => docker.inspect(containerId)));
  const nowMs = clock.originWallMs + clock.nowUs() / 1000;
  return Math.max(0, (nowMs - 1000 * Math.max(...looks.map(({ endedS }) => endedS))) * 1000);
}

/** Has them stand still, all at once. */
export async function pauseContainers(replicas: Replicas, means: FaultMeans): Promise<HeldFault> {
  const { change } = means.docker;
  await refuseStopped(replicas, 'pause', means);
  const paused = new Set<ContainerReplica>();
  const resume = async () => {
    await onAll([...paused], 'unpause', async (replica) => {
      await change.unpause(replica.containerId);
      replica.isAway(false);
    });
  };
  await onAll(replicas, 'pause', async (replica) => {
    replica.isAway(true);
    await change.pause(replica.containerId).catch((error: unknown) => {
      replica.isAway(false);
      throw error;
    });
    paused.add(replica);
  }).catch(async (error: unknown) => {
    await resume().catch(() => undefined);
    throw error;
  });
  return { message: `paused ${named(replicas)}`, undo: resume, letGo: resume };
}

/** One after the other: the next is stopped when the one before is ready. */
export async function restartContainers(
  replicas: Replicas,
  means: FaultMeans,
  signal: AbortSignal,
): Promise<HeldFault> {
  await refuseStopped(replicas, 'restart', means);
  for (const replica of replicas) {
    signal.throwIfAborted();
    await stop(replica, means);
    await startAgain([replica], means, signal);
  }
  return { message: `restarted ${named(replicas)}` };
}

/** Stops those with the highest numbers or starts the next, one after the other; undone, those run that ran before. */
export async function scaleContainers(
  all: Replicas,
  count: number,
  means: FaultMeans,
  signal: AbortSignal,
): Promise<HeldFault> {
  const before = all.filter(({ target }) => !target.isAway);
  await runOnly(all, all.slice(0, count), means, signal).catch(async (error: unknown) => {
    await runOnly(all, before, means, means.signal).catch(() => undefined);
    throw error;
  });
  return {
    message: `${count} replicas of ${all[0]?.target.service} instead of ${before.length}`,
    undo: (again) => runOnly(all, before, means, again),
  };
}

async function runOnly(all: Replicas, wanted: Replicas, means: FaultMeans, signal: AbortSignal): Promise<void> {
  for (const replica of all.toReversed())
    if (!wanted.includes(replica) && !replica.target.isAway) await stop(replica, means);
  await startAgain(
    wanted.filter(({ target }) => target.isAway),
    means,
    signal,
  );
}

async function stop(replica: ContainerReplica, means: FaultMeans): Promise<void> {
  leave(replica, means);
  await means.docker.change.stop(replica.containerId);
}

/** Nobody looks at it from now on, and its end is no news. */
function leave(replica: ContainerReplica, { watch }: FaultMeans): void {
  replica.isAway(true);
  watch.expectDeath(replica.containerId);
}

/** Resolves when all of them are there as they were at the start of the run. */
async function startAgain(replicas: Replicas, means: FaultMeans, signal: AbortSignal): Promise<void> {
  for (const { target, containerId } of replicas) {
    signal.throwIfAborted();
    means.watch.expectStart(target.id);
    await means.docker.change.start(containerId).catch((error: unknown) => {
      throw environmentError('fault-failed', `${target.id} cannot be started again: ${messageOf(error)}`);
    });
  }
  await means.whenReady(replicas, signal);
  for (const replica of replicas) replica.isAway(false);
}

/** Rejects where one of them is not there to have it done to. */
export async function refuseStopped(replicas: Replicas, what: string, { docker }: FaultMeans): Promise<void> {
  const looks = await Promise.all(replicas.map(({ containerId }) => docker.inspect(containerId)));
  const stopped = replicas.filter((_, index) => !looks[index]?.isRunning);
  if (stopped.length === 0) return;
  throw environmentError('fault-failed', `cannot ${what} ${idsOf(stopped)}: not running`);
}

/** Does it to each, and rejects with every failure when all are through. */
export async function onAll(
  replicas: Replicas,
  what: string,
  doing: (replica: ContainerReplica) => Promise<void>,
): Promise<void> {
  const ends = await Promise.allSettled(replicas.map(doing));
  const failures = ends.flatMap((end, index) =>
    end.status === 'rejected' ? [`cannot ${what} ${replicas[index]?.target.id}: ${messageOf(end.reason)}`] : [],
  );
  if (failures.length > 0) throw environmentError('fault-failed', failures.join('\n'));
}

/** `api-2 (container 0123456789ab)`. */
export function named(replicas: Replicas): string {
  return replicas.map(({ target, containerId }) => `${target.id} (container ${containerId.slice(0, 12)})`).join(', ');
}

function idsOf(replicas: Replicas): string {
  return replicas.map(({ target }) => target.id).join(', ');
}

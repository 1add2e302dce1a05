/** Faults by which replicas stop: killed, standing still, restarted, and more or fewer of them. */
import { environmentError } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import type { Replica } from './replica.ts';
import type { ServiceProcess } from './service-process.ts';

/** Resolves when all of these, just started, can take load; rejects when one of them ends before. */
export type WhenReady = (started: readonly ServiceProcess[], signal: AbortSignal) => Promise<void>;

/** A replica with its process. */
export type Running = readonly [Replica, ServiceProcess];

/** Kills them all at once; undone, they are started again. */
export async function killReplicas(replicas: readonly Replica[], whenReady: WhenReady): Promise<HeldFault> {
  const running = runningOf(replicas, 'kill');
  for (const [replica] of running) replica.isAway(true);
  await Promise.all(running.map(([, one]) => one.kill()));
  return {
    message: `killed ${named(running)}`,
    undo: (signal) => startAgain(replicas, whenReady, signal),
  };
}

/** Has them stand still, all at once; those that will not are let go on. */
export async function pauseReplicas(replicas: readonly Replica[]): Promise<HeldFault> {
  const running = runningOf(replicas, 'pause');
  const resume = async () => {
    for (const [replica, one] of running) {
      if (replica.running() !== one) continue;
      one.resume();
      replica.isAway(false);
    }
  };
  for (const [replica] of running) replica.isAway(true);
  const stand = await Promise.all(running.map(([, one]) => one.pause()));
  if (!stand.every(Boolean)) {
    await resume();
    const moving = running.filter((_, index) => !stand[index]);
    throw environmentError('fault-failed', `${named(moving)} did not stand still after SIGSTOP`);
  }
  return { message: `stopped ${named(running)} with SIGSTOP`, undo: resume, letGo: resume };
}

/** One after the other: the next is stopped when the one before is ready. */
export async function restartReplicas(
  replicas: readonly Replica[],
  whenReady: WhenReady,
  signal: AbortSignal,
): Promise<HeldFault> {
  const running = runningOf(replicas, 'restart');
  for (const [replica, one] of running) {
    signal.throwIfAborted();
    replica.isAway(true);
    await one.stop();
    await startAgain([replica], whenReady, signal);
  }
  return { message: `restarted ${named(running)}` };
}

/** Stops those with the highest numbers or starts the next, one after the other; undone, those run that ran before. */
export async function scaleReplicas(
  all: readonly Replica[],
  count: number,
  whenReady: WhenReady,
  signal: AbortSignal,
): Promise<HeldFault> {
  const before = all.filter((replica) => replica.running());
  await runOnly(all, all.slice(0, count), whenReady, signal).catch(async (error: unknown) => {
    for (const replica of all) if (!before.includes(replica)) await stop(replica);
    throw error;
  });
  return {
    message: `${count} replicas of ${all[0]?.plan.service} instead of ${before.length}`,
    undo: (again) => runOnly(all, before, whenReady, again),
  };
}

async function runOnly(
  all: readonly Replica[],
  wanted: readonly Replica[],
  whenReady: WhenReady,
  signal: AbortSignal,
): Promise<void> {
  for (const replica of all.toReversed()) if (!wanted.includes(replica)) await stop(replica);
  await startAgain(wanted, whenReady, signal);
}

async function stop(replica: Replica): Promise<void> {
  replica.isAway(true);
  await replica.running()?.stop();
}

/** Those that do not run. */
async function startAgain(replicas: readonly Replica[], whenReady: WhenReady, signal: AbortSignal): Promise<void> {
  const gone = replicas.filter((replica) => !replica.running());
  const started: ServiceProcess[] = [];
  for (const replica of gone) {
    signal.throwIfAborted();
    started.push(await replica.start());
  }
  await whenReady(started, signal);
  for (const replica of gone) replica.isAway(replica.running() === undefined);
}

/** Each with its process; throws an environmentError where one of them is not there to have it done to. */
export function runningOf(replicas: readonly Replica[], what: string): Running[] {
  const running = replicas.flatMap((replica): Running[] => {
    const one = replica.running();
    return one && !replica.target.isAway ? [[replica, one]] : [];
  });
  if (running.length === replicas.length) return running;
  const away = replicas.filter((replica) => !running.some(([other]) => other === replica));
  throw environmentError(
    'fault-failed',
    `cannot ${what} ${away.map(({ plan }) => plan.id).join(', ')}, which does not run`,
  );
}

function named(running: readonly Running[]): string {
  return running.map(([{ plan }, { pid }]) => `${plan.id} (pid ${pid})`).join(', ');
}

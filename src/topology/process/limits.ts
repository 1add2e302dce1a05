/** Faults by which replicas have less of the machine: fewer cores, less memory. */
import type { Controller } from '../../host/control-groups.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import type { ReplicaGroups } from './groups.ts';
import type { Replica } from './replica.ts';
import { runningOf } from './stops.ts';

/** Limits each of them; `what` is for people: `0.2 cores`. */
export async function limitReplicas(
  replicas: readonly Replica[],
  groups: ReplicaGroups,
  controller: Controller,
  most: number,
  what: string,
): Promise<HeldFault> {
  const running = runningOf(replicas, 'limit');
  const lifts: (() => Promise<void>)[] = [];
  const undo = async () => {
    const ends = await Promise.allSettled(lifts.splice(0).map((lift) => lift()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  };
  try {
    for (const [{ plan }, { pid }] of running)
      lifts.push(await groups.limit({ id: plan.id, service: plan.service, pid }, controller, most));
  } catch (error) {
    await undo();
    throw error;
  }
  return { message: `${running.map(([{ plan }]) => plan.id).join(', ')} may use ${what}`, undo, letGo: undo };
}

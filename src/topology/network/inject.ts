/** Puts faults of the network in force through a program that stands where they are to be. */
import { environmentError } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import { type NetworkAction, networkText, programFaults } from './program-faults.ts';

/** What they are put in force with. */
export interface NetworkMeans {
  /** Has these in force, all or none of them. */
  put(faults: ReturnType<typeof programFaults>): Promise<void>;
  lift(name: string): Promise<void>;
  /** All replicas of a service, also those that are away. */
  idsOf(service: string): readonly string[];
  /** Another name each time. */
  nextName(): string;
}

/** See `Inject`. */
export async function injectNetwork(
  action: NetworkAction,
  targets: readonly string[],
  means: NetworkMeans | undefined,
): Promise<HeldFault> {
  if (!means) throw environmentError('fault-failed', 'no fault of the network was made ready when this was started');
  const { put, lift, idsOf, nextName } = means;
  const name = nextName();
  await put(programFaults(action, name, targets, idsOf));
  const undo = () => lift(name);
  return { message: networkText(action, targets), undo, letGo: undo };
}

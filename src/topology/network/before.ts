/** A program that stands before replicas that are processes of this machine, on addresses of its own, for a whole run. */
import { ownerMarks, ownerVariable, replicaVariable } from '../../host/owner.ts';
import { startProcessGroup } from '../../host/process-group.ts';
import type { AskedFaults, RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { NetworkMeans } from './inject.ts';
import { createOrderLine, type Front } from './orders.ts';

/** What stands before replicas. */
export interface Fronts extends NetworkMeans {
  /** Throws an environmentError where a replica cannot be stood before, because it listens on all addresses. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const graceMs = 500;

/** Whether it must be known who opens a connection. */
function tellsApart({ faults }: AskedFaults): boolean {
  return faults.some(
    ({ action }) => action.kind === 'partition' || (action.kind === 'network' && action.from !== undefined),
  );
}

/** Starts it, before the replicas; what it says goes to the log of the run. */
export async function startFronts(
  program: string,
  fronts: readonly Front[],
  idsOf: NetworkMeans['idsOf'],
  asked: AskedFaults,
  context: RunContext,
): Promise<Fronts> {
  const marks = ownerMarks(context.runId);
  const group = await startProcessGroup({
    command: program,
    args: [],
    cwd: '/',
    env: marks,
    isTold: true,
    onLine: (_, line) => orders.heard(line),
  }).catch((error: unknown) => {
    throw environmentError('fault-failed', `what stands before replicas cannot be started: ${messageOf(error)}`);
  });
  const orders = createOrderLine(group.tell, (note) => context.log.warn(note));
  let isOver = false;
  void group.exited.then(({ code, signal }) => {
    const why = `what stands before replicas has ended (${signal ?? `code ${code}`})`;
    orders.ended(why);
    if (!isOver) context.log.warn(`${why}: nothing reaches them any more`);
  });
  const close = async () => {
    isOver = true;
    await group.stop(graceMs);
  };
  const mark = `${ownerVariable}=${marks[ownerVariable]}`;
  const apart = tellsApart(asked) ? { variable: replicaVariable, mark } : {};
  try {
    await orders.order({ do: 'before', fronts, ...apart });
  } catch (error) {
    await close();
    throw error;
  }
  let count = 0;
  return {
    put: (faults) => orders.order({ do: 'put', faults }),
    lift: (name) => orders.order({ do: 'lift', name }),
    check: () => orders.order({ do: 'check' }),
    idsOf,
    nextName: () => `fault-${++count}`,
    close,
  };
}

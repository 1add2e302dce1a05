/** Replicas share one machine: whether what answers at a replica's address is that replica (Linux, /proc). */
import { groupOf } from '../../host/processes.ts';
import { answering, listeningSockets, socketOwner } from '../../host/sockets.ts';
import { environmentError } from '../../model/errors.ts';
import type { PlacedReplica } from './replicas.ts';

/** A replica that runs, leader of its process group. */
interface StartedReplica {
  readonly plan: PlacedReplica;
  readonly pid: number;
}

/**
 * Throws environmentError `port-shared` where another process would answer for a replica, as one does that listens on all addresses: its
 * numbers would be taken for the replica's.
 */
export function refuseForeignListeners(started: readonly StartedReplica[]): void {
  const sockets = listeningSockets();
  const wrong = started.flatMap(({ plan, pid }) =>
    plan.ports.flatMap((port) => {
      const socket = answering(sockets, plan.address, port);
      const owner = socket && socketOwner(socket);
      if (owner === undefined || groupOf(owner) === pid) return [];
      const other = started.find((one) => one.pid === groupOf(owner));
      return [
        `${plan.address}:${port} of ${plan.id} is answered by ${other?.plan.id ?? 'another program'} (pid ${owner})`,
      ];
    }),
  );
  if (wrong.length === 0) return;
  throw environmentError(
    'port-shared',
    wrong.join('\n'),
    `replicas share this machine, so each binds its own address: "\${RAMPART_IP:-0.0.0.0}:PORT" in the compose file; or run with --engine compose`,
  );
}

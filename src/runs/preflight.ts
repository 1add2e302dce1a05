/** What must hold on this machine before a run may start anything. */
import { environmentError } from '../model/errors.ts';
import type { LoadSpec } from '../model/scenario.ts';

/** Files that a run needs beside its connections: logs, raw samples, pipes of services, probes. */
const ownFiles = 200;

/** Throws an environment error when the process may not open as many connections as the load is allowed; an unknown limit passes. */
export function checkOpenFiles(load: LoadSpec, limit: number | undefined): void {
  const needed = load.maxConnections + ownFiles;
  if (limit === undefined || limit >= needed) return;
  throw environmentError(
    'open-files',
    `load.maxConnections ${load.maxConnections} needs up to ${needed} open files, and this process may open ${limit}`,
    `Raise the limit before the run (ulimit -n ${needed}), or lower it: --set load.maxConnections=${Math.max(1, limit - ownFiles)}.`,
  );
}

/** Throws an environment error when the load wants a priority that this process may not have. */
export function checkPriority({ priority }: LoadSpec, mayRaise: () => boolean): void {
  if (priority !== 'high' || mayRaise()) return;
  throw environmentError(
    'priority',
    'load.priority high is not allowed here',
    'It takes root, CAP_SYS_NICE, or a limit that allows it (ulimit -e 34); or leave it out: --set load.priority=normal.',
  );
}

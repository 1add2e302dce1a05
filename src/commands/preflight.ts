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

/** Processes that a killed run left behind: found by the owner in their environment, and ended. */
import { isOwnerAlive, ownerVariable, pidNamespace, runVariable } from '../../host/owner.ts';
import { stopGroup } from '../../host/process-group.ts';
import { commandLine, findProcesses, groupOf } from '../../host/processes.ts';
import type { Log } from '../../model/host.ts';

/** A process group whose run is dead. */
export interface OrphanProcess {
  readonly pid: number;
  readonly runId: string;
  readonly command: string;
}

/** Process groups of runs whose owner no longer lives on this machine; a living owner's are never among them. */
export function findOrphanProcesses(): OrphanProcess[] {
  const here = pidNamespace('self');
  const orphans = new Map<number, OrphanProcess>();
  for (const { pid, variables } of findProcesses(ownerVariable, [ownerVariable, runVariable])) {
    // In another pid namespace the same number names another process, so its owner cannot be judged from here.
    if (isOwnerAlive(variables[ownerVariable] ?? '') || pidNamespace(pid) !== here) continue;
    const group = groupOf(pid);
    if (group === undefined || group <= 1 || orphans.has(group)) continue;
    orphans.set(group, { pid: group, runId: variables[runVariable] ?? '', command: commandLine(pid) });
  }
  return [...orphans.values()];
}

/** Ends them, with a line for each; gives back what was found. */
export async function removeOrphanProcesses(log: Log): Promise<readonly OrphanProcess[]> {
  const orphans = findOrphanProcesses();
  for (const { pid, runId, command } of orphans) {
    log.warn(`ending process ${pid} (${command}), left behind by run ${runId}, which was killed`);
  }
  await Promise.all(orphans.map(({ pid }) => stopGroup(pid, 1000)));
  return orphans;
}

/** Which processes of this machine a target consists of at this moment. */
import { containerProcesses, mainProcess } from '../host/container-processes.ts';
import type { DockerEngine } from '../host/docker-engine.ts';
import type { Target } from '../model/topology.ts';

/** Asks for the pids, the main process first, empty while it does not run; or for why they can never be known. The signal ends a question. */
export type FindProcesses = (signal: AbortSignal) => Promise<readonly number[] | { readonly reason: string }>;

const elsewhere =
  'its process is not to be seen here: its container runs on another machine or in a virtual one, such as that of Docker Desktop, or /proc hides what others run';

const onAnotherNode =
  'its processes are not to be seen here: its node is another machine, or rampart runs in a pod and sees only its own';

/** Of a local process only itself, of a container all its processes; what is only observed may come back as another. */
export function findProcesses(
  target: Target,
  docker: Pick<DockerEngine, 'inspect'> | undefined,
  root = '/',
): FindProcesses {
  if (target.pod) return findPodProcesses(target, root);
  if (!docker || target.containerId === undefined)
    return async () => (target.pid === undefined || target.isAway ? [] : [target.pid]);
  let known: { readonly containerId: string; readonly pid: number } | undefined;
  /** The one that was not found in the look before. */
  let strange: number | undefined;
  return async (signal) => {
    const { containerId = '' } = target;
    const still = known?.containerId === containerId ? containerProcesses(containerId, known.pid, root) : undefined;
    if (still) return still;
    // That nothing can be asked of the engine, its statistics tell.
    const pid = (await docker.inspect(containerId, signal).catch(() => undefined))?.pid;
    if (pid === undefined) {
      strange = undefined;
      return [];
    }
    const found = containerProcesses(containerId, pid, root);
    if (found) known = { containerId, pid };
    // The first time it may have started again since the engine was asked.
    else if (pid === strange) return { reason: elsewhere };
    strange = pid;
    return found ?? [];
  };
}

/** Its container is known by its id in the cluster: where its processes are seen here, its node is this machine. */
function findPodProcesses(target: Target, root: string): FindProcesses {
  let known: { readonly containerId: string; readonly pid: number | undefined } | undefined;
  let hasSeen = false;
  return async () => {
    const containerId = target.pod?.containerId;
    if (containerId === undefined || target.isAway) return [];
    const still = known?.pid === undefined ? undefined : containerProcesses(containerId, known.pid, root);
    if (known?.containerId === containerId && still) return still;
    // All processes of the machine are gone through once for each container: one that has ended does not come back.
    if (known?.containerId !== containerId) known = { containerId, pid: mainProcess(containerId, root) };
    else known = { containerId, pid: undefined };
    const found = known.pid === undefined ? undefined : containerProcesses(containerId, known.pid, root);
    hasSeen = hasSeen || found !== undefined;
    return found ?? (hasSeen ? [] : { reason: onAnotherNode });
  };
}

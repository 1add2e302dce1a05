/** The priority of threads: what a generator waits for a processor that its target uses would be taken for the target's time. */
import { constants, getPriority, setPriority } from 'node:os';

/**
 * Raises that of the calling thread, and of the threads that it starts later: setpriority(2) is by thread on Linux. Throws
 * where that is not allowed, which takes root, CAP_SYS_NICE, or a limit (`ulimit -e`). Where sched_autogroup_enabled is 1 it
 * counts among the processes of one session (sched(7)), of which targets are none.
 */
export function raisePriority(): void {
  setPriority(constants.priority.PRIORITY_HIGHEST);
}

/** Whether `raisePriority` would be allowed; tries it for a moment. */
export function mayRaisePriority(): boolean {
  const before = getPriority();
  try {
    raisePriority();
  } catch {
    return false;
  }
  setPriority(before);
  return true;
}

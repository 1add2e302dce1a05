/** What this process itself takes from the machine. */

/** CPU time since its start, of all its threads, microseconds. */
export function ownCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

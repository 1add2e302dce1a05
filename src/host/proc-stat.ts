/** The line of /proc/<pid>/stat: proc_pid_stat(5). */

/** USER_HZ, the same on every architecture that Go and Node run on. */
export const ticksPerSecond = 100;

/** What rampart takes of the line; times are ticks. */
export interface ProcStat {
  /** `R` runs, `S` sleeps, `Z` is a zombie. */
  readonly state: string;
  /** The process group. */
  readonly group: number;
  /** In user mode and in the kernel, of all threads. */
  readonly cpuTicks: number;
  /** Since boot. */
  readonly startTicks: number;
}

/** Undefined when the text is not such a line. */
export function parseProcStat(text: string): ProcStat | undefined {
  // The second field is the command in parentheses and may itself hold blanks and parentheses, so fields are counted from the third on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const [group, user, system, startTicks] = [2, 11, 12, 19].map((at) => Number(fields[at]));
  const stat = {
    state,
    group: group ?? Number.NaN,
    cpuTicks: (user ?? 0) + (system ?? 0),
    startTicks: startTicks ?? 0,
  };
  return [stat.group, stat.cpuTicks, stat.startTicks].every(Number.isFinite) ? stat : undefined;
}

/** Zombies have ended: they hold no port and no memory, and only their parent can remove them. */
export function hasEnded({ state }: ProcStat): boolean {
  return state === 'Z' || state === 'X';
}

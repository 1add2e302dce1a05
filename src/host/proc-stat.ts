/** The line of /proc/<pid>/stat: proc_pid_stat(5). */

/** USER_HZ, the same on every architecture that Go and Node run on. */
export const ticksPerSecond = 100;

/** What rampart takes of the line; times are ticks. */
export interface ProcStat {
  /** `R` runs, `S` sleeps, `Z` is a zombie. */
  readonly state: string;
  /** The process group. */
  readonly group: number;
  /** In user mode and in the kernel, of all threads, also those that have ended. */
  readonly userTicks: number;
  readonly systemTicks: number;
  /** In both, of processes that it started, that have ended and that it waited for, with those that these started. */
  readonly childTicks: number;
  /** Pages that had to be read from storage, of all threads. */
  readonly majorFaults: number;
  readonly threads: number;
  /** Since boot. */
  readonly startTicks: number;
  /** Waited for storage, of this thread alone; zero where the kernel does not count it, undefined before Linux 2.6.18. */
  readonly ioDelayTicks: number | undefined;
}

/** Undefined when the text is not such a line. */
export function parseProcStat(text: string): ProcStat | undefined {
  // The second field is the command in parentheses and may itself hold blanks and parentheses, so fields are counted from the third on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const field = (number: number) => Number(fields[number - 3] ?? Number.NaN);
  const numbers = {
    group: field(5),
    userTicks: field(14),
    systemTicks: field(15),
    childTicks: field(16) + field(17),
    majorFaults: field(12),
    threads: field(20),
    startTicks: field(22),
  };
  if (!Object.values(numbers).every(Number.isFinite)) return undefined;
  const ioDelayTicks = field(42);
  return { state, ...numbers, ioDelayTicks: Number.isFinite(ioDelayTicks) ? ioDelayTicks : undefined };
}

/** Zombies have ended: they hold no port and no memory, and only their parent can remove them. */
export function hasEnded({ state }: Pick<ProcStat, 'state'>): boolean {
  return state === 'Z' || state === 'X';
}

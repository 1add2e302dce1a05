/** What all processors (the Ps of Go's scheduler) did over time, as sums that can be taken between any two moments. */

/** What a processor does: `free` has nothing to run, `scheduling` looks for something or is handed over. */
export const procUses = ['requests', 'collector', 'runtime', 'others', 'syscalls', 'scheduling', 'free'] as const;
/** One of them. */
export type ProcUse = (typeof procUses)[number];

/** Sums of nanoseconds by use, and of those in which the world was stopped, at one moment. */
export type ProcTimes = Float64Array;

const stopped = procUses.length;

/** Adds up as time goes on; the moments must not go back. */
export class ProcTime {
  private readonly counts = new Map<ProcUse, number>();
  private readonly uses = new Map<number, ProcUse>();
  private readonly sums: ProcTimes = new Float64Array(procUses.length + 1);
  private lastNs = 0;
  private stops = 0;

  /** This processor does that from now on. */
  use(proc: number, use: ProcUse, ns: number): void {
    const before = this.uses.get(proc);
    if (before === use) return;
    this.advance(ns);
    if (before !== undefined) this.counts.set(before, this.countOf(before) - 1);
    this.counts.set(use, this.countOf(use) + 1);
    this.uses.set(proc, use);
  }

  /** The world stops, or goes on. */
  stop(isBegin: boolean, ns: number): void {
    this.advance(ns);
    this.stops = Math.max(0, this.stops + (isBegin ? 1 : -1));
  }

  get procs(): number {
    return this.uses.size;
  }

  /** The sums at this moment: a copy. */
  at(ns: number): ProcTimes {
    this.advance(ns);
    return this.sums.slice();
  }

  private countOf(use: ProcUse): number {
    return this.counts.get(use) ?? 0;
  }

  private advance(ns: number): void {
    const length = ns - this.lastNs;
    this.lastNs = ns;
    if (length <= 0) return;
    let running = 0;
    for (const [index, use] of procUses.entries()) {
      const count = this.countOf(use);
      if (index < 4) running += count;
      this.sums[index] = (this.sums[index] ?? 0) + count * length;
    }
    // Once the world is on its way again others run, although the one who stopped it has not said so yet.
    if (this.stops > 0 && running <= 1) this.sums[stopped] = (this.sums[stopped] ?? 0) + length;
  }
}

/** How much of the time between two moments the world stood still, nanoseconds. */
export function stoppedBetween(from: ProcTimes, to: ProcTimes): number {
  return (to[stopped] ?? 0) - (from[stopped] ?? 0);
}

/** What the processors did between two moments: shares that add up to 1, or to 0 where no time passed. */
export function usesBetween(from: ProcTimes, to: ProcTimes): number[] {
  const spent = procUses.map((_, index) => (to[index] ?? 0) - (from[index] ?? 0));
  const all = spent.reduce((sum, ns) => sum + ns, 0);
  return spent.map((ns) => (all > 0 ? ns / all : 0));
}

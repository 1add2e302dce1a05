/** Clock units of a trace as nanoseconds since its first batch. */

/** Nanoseconds of one generation; all generations of a trace count from the same moment. */
export class TraceClock {
  /** Nanoseconds of a unit; 64 where units are those of Linux (src/runtime/traceruntime.go `traceTimeDiv`). */
  readonly nsPerUnit: number;
  /** The moment from which it counts, in units. */
  readonly originUnits: number;
  private readonly first: TraceClock;
  private readonly isExact: boolean;

  /** `first` is the clock of the trace's first generation, from whose origin this one counts too. */
  constructor(unitsPerSecond: number, originUnits: number, first?: TraceClock) {
    this.nsPerUnit = 1 / (unitsPerSecond / 1e9);
    this.originUnits = originUnits;
    this.first = first ?? this;
    this.isExact = Number.isInteger(this.nsPerUnit) && this.nsPerUnit === this.first.nsPerUnit;
  }

  /** Of a moment. Where a unit is no whole number of nanoseconds, moments and differences are cut, as Go's reader cuts them. */
  at(units: number): number {
    const { originUnits, nsPerUnit } = this.first;
    // Exact also where a machine has been up so long that its nanoseconds are beyond 2^53.
    if (this.isExact) return (units - originUnits) * nsPerUnit;
    return Math.trunc(units * this.nsPerUnit) - Math.trunc(originUnits * nsPerUnit);
  }

  /** Of a difference. */
  span(units: number): number {
    return this.isExact ? units * this.nsPerUnit : Math.trunc(units * this.nsPerUnit);
  }
}

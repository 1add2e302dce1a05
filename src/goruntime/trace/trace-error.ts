/** Why a trace cannot be read, or no further: where, what was there, and what would have had to be. */

/** What is wrong: it is none, of an older or newer format, ends too early, contradicts itself, or needs more memory than it may. */
export type TraceFault = 'no-trace' | 'old-format' | 'new-format' | 'cut-off' | 'broken' | 'too-large';

/** The only error that reading a trace throws; what was delivered before stands. */
export class TraceError extends Error {
  readonly fault: TraceFault;

  constructor(fault: TraceFault, message: string) {
    super(message);
    this.name = 'TraceError';
    this.fault = fault;
  }
}

/** A trace that contradicts itself. */
export function broken(message: string): TraceError {
  return new TraceError('broken', `broken trace: ${message}`);
}

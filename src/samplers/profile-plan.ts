/** When each profile of a run is taken: where it disturbs least, and never across the edge of a step. */
import type { ProfileType } from '../model/sample.ts';
import type { PlannedStep } from '../model/scenario.ts';

/** Which profiles to take; durations in milliseconds, undefined for none. */
export interface ProfileOptions {
  /** Length of the CPU profile of each measured step. */
  readonly cpuMs: number | undefined;
  readonly heap: boolean;
  /** Garbage is collected before each heap profile, which is of the last but one collection otherwise. */
  readonly gc: boolean;
  readonly mutex: boolean;
  readonly block: boolean;
  /** Goroutines that nothing can wake, when the last step is over: the search is a collection of garbage. */
  readonly goroutineleak: boolean;
  /** All goroutines as text when the last step is over: the world stands still while it is made. */
  readonly dump: boolean;
  /** One execution trace at the end of the named step, of the one at which p99 is `knee` times that before, or of the last measured one. */
  readonly trace:
    | { readonly forMs: number; readonly step: string | undefined; readonly knee: number | undefined }
    | undefined;
}

/** One look at one moment; what is not taken is planned as well, so that its absence can be told. */
export interface PlannedProfile {
  readonly type: ProfileType;
  readonly atUs: number;
  /** How long the target collects; 0 for a snapshot. */
  readonly forMs: number;
  /** The step it belongs to, by index: a snapshot is of the end of that step, -1 is before the first. */
  readonly step: number;
  /** Only taken if its step is found to be the knee; the `last` is the last that can be. */
  readonly atKnee?: 'not last' | 'last';
  /** Why it is not taken after all. */
  readonly leftOut?: string;
}

/** A step settles before its CPU window opens: this share of it, and no less than a second where there is room. */
const settleShare = 0.2;
const settleMs = 1000;
/** Between the end of a window and the end of its step: net/http/pprof sends the profile, up to some hundred kilobytes. */
const marginMs = 300;

/**
 * All profiles in the order they are taken. The CPU window lies in each measured step after it has settled, in whole
 * seconds, which is what net/http/pprof takes; snapshots of what accumulates (heap, mutex, block) are taken at the edges
 * of steps, so that the difference of two is what a step did.
 */
export function planProfiles(steps: readonly PlannedStep[], options: ProfileOptions): PlannedProfile[] {
  const snapshots = (['heap', 'mutex', 'block'] as const).filter((type) => options[type]);
  const first = steps[0];
  if (!first) return [];
  const edges = [first.startUs, ...steps.map((step) => step.endUs)];
  const atEdges = edges.flatMap((atUs, edge) =>
    snapshots.map((type): PlannedProfile => ({ type, atUs, forMs: 0, step: edge - 1 })),
  );
  const lastUs = steps.at(-1)?.endUs ?? first.endUs;
  // The dump says which goroutines are leaked if they were searched for before.
  const last = (['goroutineleak', 'dump'] as const)
    .filter((type) => options[type])
    .map((type): PlannedProfile => ({ type, atUs: lastUs, forMs: 0, step: steps.length - 1 }));
  const traced = tracedStep(steps, options);
  const { forMs = 0, knee } = options.trace ?? {};
  const inSteps = steps.flatMap((step, index) => {
    const traceMs = index === traced || (knee !== undefined && step.measure) ? forMs : 0;
    const windows = traceWindow(step, index, traceMs);
    const atKnee = index === traced ? 'last' : 'not last';
    return [
      ...cpuWindow(step, index, options.cpuMs, traceMs),
      ...(knee === undefined ? windows : windows.map((window) => ({ ...window, atKnee }) as const)),
    ];
  });
  return [...atEdges, ...inSteps, ...last].sort((a, b) => a.atUs - b.atUs);
}

function tracedStep(steps: readonly PlannedStep[], { trace }: ProfileOptions): number {
  if (!trace) return -1;
  if (trace.step !== undefined) return steps.findIndex(({ name }) => name === trace.step);
  return steps.findLastIndex(({ measure }) => measure);
}

function cpuWindow(step: PlannedStep, index: number, cpuMs: number | undefined, traceMs: number): PlannedProfile[] {
  if (cpuMs === undefined || !step.measure) return [];
  const stepMs = (step.endUs - step.startUs) / 1000;
  const after = traceMs > 0 ? traceMs + marginMs : 0;
  const settledMs = Math.max(settleShare * stepMs, Math.min(settleMs, stepMs / 2));
  const roomMs = stepMs - settledMs - marginMs - after;
  const forMs = Math.floor(Math.min(cpuMs, roomMs) / 1000) * 1000;
  const planned = { type: 'cpu', step: index, atUs: step.startUs + settledMs * 1000 } as const;
  if (forMs > 0) return [{ ...planned, forMs }];
  const leftOut = `the step has ${Math.max(0, Math.round(roomMs))} ms for it after it has settled, and a CPU profile takes 1s at least`;
  return [{ ...planned, forMs: 0, leftOut }];
}

function traceWindow(step: PlannedStep, index: number, traceMs: number): PlannedProfile[] {
  if (traceMs === 0) return [];
  const atUs = step.endUs - (traceMs + marginMs) * 1000;
  const planned = { type: 'trace', step: index, atUs, forMs: traceMs } as const;
  return atUs >= step.startUs ? [planned] : [{ ...planned, leftOut: 'the step is shorter than the trace' }];
}

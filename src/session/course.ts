/** What goes on in a session while samplers look: a load is sent, or targets are only looked at. */
import type { RunContext, SamplerContext } from '../model/contracts.ts';
import type { RampartError } from '../model/errors.ts';
import type { RuleEnd } from '../model/raw-run.ts';
import type { Sample } from '../model/sample.ts';
import type { PlannedStep } from '../model/scenario.ts';
import type { SentTo } from '../model/sent-to.ts';
import type { TargetExit } from '../model/topology.ts';

/** What a course is given to work with: the run's clock and the signal that ends it, and where it tells what happens. */
export interface CourseContext extends RunContext {
  emit(sample: Sample): void;
  phase(message: string): void;
}

/** The part of a session that differs between a load and a mere look; times in microseconds since the origin. */
export interface Course {
  readonly startUs: number;
  /** Where load is sent to, when any is. */
  readonly sentTo?: SentTo;
  /** What is going to happen, for samplers; empty where nobody knows how long it takes. */
  readonly steps: readonly PlannedStep[];
  /** See `SamplerContext`. */
  readonly onLoad?: SamplerContext['onLoad'];
  /** Where samplers put what they saw, for it to be given on. */
  watched(give: (sample: Sample) => void): (sample: Sample) => void;
  /** What the end of a target makes of the session; undefined where it goes on. */
  failureOf(exit: TargetExit): RampartError | undefined;
  /** Goes through it; rejects when it ends before its time, unless that is its usual end. */
  run(context: CourseContext): Promise<void>;
  /** The rule that ended it before its time, which is no failure of the session; none where it went to its end. */
  endedBy?(): RuleEnd | undefined;
  /** The name of the phase after it, when all is taken down; undefined where nothing is. */
  readonly lastPhase?: string;
}

/** A gate as reports show it: its verdict, one check for each step and metric, and what moved beside them. */
import type { CodeChanges } from './code-changes.ts';
import type { Explanation, Judgement } from './comparison.ts';
import type { GateMetric, Verdict } from './gate-terms.ts';
import type { Tags } from './tags.ts';

/**
 * What one check says. `not-shown` can only fail, so it rules nothing out; `waived` is worse or open, and somebody answers for it;
 * `not-judged` was left to another check.
 */
export type CheckOutcome =
  | 'ruled-out'
  | 'worse'
  | 'waived'
  | 'met'
  | 'missed'
  | 'open'
  | 'not-shown'
  | 'not-judged'
  | 'invalid';

/** One thing that was asked; the name and the step are the same in every gate of a scenario, whatever was measured. */
export interface GateCheck {
  /** `p99`, `share of slow requests`, `capacity`, or the text of a rule. */
  readonly name: string;
  /** Absent of a rule. */
  readonly metric?: GateMetric | undefined;
  /** Absent where it is of the whole ramp. */
  readonly step?: string | undefined;
  readonly outcome: CheckOutcome;
  /** The outcome with the numbers behind it. */
  readonly text: string;
  /** Change of the candidate against the baseline, percent; positive is worse, null is unbounded. */
  readonly change?: CheckChange | undefined;
  /** The same change in each round, percent; of p99 only. */
  readonly rounds?: readonly number[] | undefined;
  /** Median over the rounds of p99, or of a time that came to its end, microseconds. */
  readonly baselineUs?: number | undefined;
  readonly candidateUs?: number | undefined;
}

/** An estimate with its 90 % interval, the bound that was ruled out, and the effect that would have been seen; percent. */
export interface CheckChange {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly upper: number | null;
  readonly detectable: number | null;
}

/** A runtime series that differs between the arms; associated, not shown to be a cause. */
export type MovedSeries = Pick<Judgement['associated'][number], 'series' | 'unit' | 'before' | 'after'>;

/** Everything that a report of a gate shows. */
export interface GateReport {
  readonly id: string;
  readonly scenario: string;
  readonly startedAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly engine: string;
  readonly tags?: Tags | undefined;
  /** The states, as people write them. */
  readonly baseline: string;
  readonly candidate: string;
  readonly verdict: Verdict;
  readonly rounds: number;
  /** Shares of 1. */
  readonly tolerance: number;
  readonly detect: number;
  readonly error: number;
  /** Most important first. */
  readonly statements: readonly { readonly label: string; readonly text: string }[];
  readonly checks: readonly GateCheck[];
  /** Looked for in these steps; absent where there was no look, because then nothing can be said of them either. */
  readonly moved?:
    | {
        readonly series: readonly MovedSeries[];
        readonly steps: readonly string[];
        /** What could not be held against each other, and why. */
        readonly leftOut?: readonly string[] | undefined;
        /** The same as a chain from the change to what users saw, where it explains anything. */
        readonly explanation?: Explanation | undefined;
      }
    | undefined;
  /** From rounds with profiles after the verdict. */
  readonly code?: CodeChanges | undefined;
}

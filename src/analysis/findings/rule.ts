/** What every finding is: a rule over what is known of a run. */
import type { Finding } from '../../model/finding.ts';
import type { LoadWindow } from '../../model/load.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import type { RunResult, Series, StepResult } from '../../model/run-result.ts';
import type { RunEvent, Stacks } from '../../model/sample.ts';
import type { ProfileWork } from '../run/profile-work.ts';
import type { Look } from '../waits/looks.ts';
import type { StepWaits } from '../waits/wait-sites.ts';

/** What rules look at; everything stands on the run's clock, and is in full detail. */
export interface RunEvidence {
  /** The measured steps, in order. */
  readonly steps: readonly StepResult[];
  /** All series, also of `generator` and `host`, of the whole run. */
  readonly series: readonly Series[];
  /** The goroutine profiles, in order of time. */
  readonly stacks: readonly Stacks[];
  /** What the profiles of each step and target say. */
  readonly works: readonly ProfileWork[];
  /** What the goroutine profiles say of each moment, and where goroutines waited in each measured step, in order. */
  readonly looks: readonly Look[];
  readonly waits: readonly StepWaits[];
  /** Goroutines that nothing can wake, by stack; undefined where no target could be asked. */
  readonly leaks?: RunResult['leaks'];
  readonly events: readonly RunEvent[];
  /** What short execution traces over the run say; undefined where none were asked for. */
  readonly traces?: RunResult['traces'];
  /** What users saw of the faults that the run put in force. */
  readonly faults?: RunResult['faults'];
  /** What became of the arrivals of each second, see `LoadWindow`. */
  readonly windows: readonly LoadWindow[];
  readonly targets: RunResult['environment']['targets'];
  readonly scenario: RecordedScenario;
  /** Logical CPUs of the machine that the load came from. */
  readonly cores: number;
}

/** What a rule says; its id stands in the rule, role and what it explains too, unless they are others this time. */
export type Found = Omit<Finding, 'id'>;

/** One kind of finding. */
export interface FindingRule {
  readonly id: string;
  /** See the schema of findings; a cause or limit may be the first line of a diagnosis, a symptom never is. */
  readonly role: NonNullable<Finding['role']>;
  /** Ids of findings that follow from this one where both are seen: they stand behind it. */
  readonly explains?: readonly string[];
  /** Asked only where no other rule names a cause. */
  readonly onlyUnexplained?: boolean;
  /** Silent, or what was found; one for each place where it has another cause. */
  readonly find: (run: RunEvidence) => readonly Found[];
}

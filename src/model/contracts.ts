/**
 * The five contracts. A new engine, sampler, sink or report format is one file that implements one of these, and one line in
 * `registry.ts`.
 */
import type { z } from 'zod';
import type { FaultAction, FaultSpec } from './fault.ts';
import type { GeneratorSample } from './generators.ts';
import type { Clock, Log } from './host.ts';
import type { KeptNamespaces } from './kept-namespaces.ts';
import type { DialAddress, LoadMessage, LoadPlan, StepStretch } from './load.ts';
import type { RunResult } from './run-result.ts';
import type { Sample } from './sample.ts';
import type { PlannedStep } from './scenario.ts';
import type { Secrets } from './secrets.ts';
import type { LogLine, RunningTopology, Target, Unsubscribe } from './topology.ts';
import type { TopologySpec } from './topology-spec.ts';

/** What every live part of a run is given: its clock, the signal that ends it, and a place to tell the user things. */
export interface RunContext {
  readonly runId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What must not be written as it is. */
  readonly secrets: Secrets;
  readonly log: Log;
  /** The user's environment, for variables in compose files and for child processes. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What earlier runs of its experiment have left standing for it, and it for the next; a run by itself leaves nothing. */
  readonly kept?: KeptNamespaces | undefined;
}

/** What a run will do to its topology, and what it asks of it. */
export interface AskedFaults {
  readonly faults: readonly FaultSpec[];
  /** Every condition and role, as it stands in the scenario (`roles.leader`), with the service that it asks. */
  readonly asked: readonly { readonly name: string; readonly service: string }[];
  /**
   * Called once with all targets that are about to be started, as soon as their addresses are known: they are asked before they are
   * ready, away or not.
   */
  starting?(targets: readonly Target[]): void;
  /** The service that load is sent to. */
  readonly loadTo?: string | undefined;
  /** The port of it that load is sent to, by its number or its name. */
  readonly loadPort?: number | string | undefined;
  /** Whether pods of the cluster send it, which reach each other at their addresses. */
  readonly isLoadFromPods?: boolean | undefined;
  /** By service, the nodes of a cluster that its pods are to be on; any without. */
  readonly nodes?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Makes the system under test exist; an `up` that fails or is aborted has taken down all it started before it rejects. */
export interface TopologyEngine {
  /** What `topology.engine` calls it in a scenario. */
  readonly kind: string;
  /** Whether it looks at what runs already, by `project` and `targets`, and starts nothing. */
  readonly attaches?: boolean;
  /** Keys of `topology:` that it does not heed, each with the reason for which it is refused. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Why it cannot do this, whatever machine it is on; undefined where it can. Absent: it can do nothing of the kind. */
  faultMistake?(action: FaultAction): string | undefined;
  /**
   * `goDebug` entries such as `schedtrace=1000` are added to GODEBUG of every Go service it starts; faults that will be asked for are made
   * ready, or refused with an environmentError where this machine cannot do them, before anything is started.
   */
  up(
    spec: TopologySpec,
    goDebug: readonly string[],
    context: RunContext,
    asked?: AskedFaults,
  ): Promise<RunningTopology>;
}

/** What a load engine is given beside its plan. */
export interface LoadContext extends RunContext {
  /** Tells, whenever that changes, what connections are opened to from now on; there are as many as are open. */
  onMoved?(listener: (addresses: readonly DialAddress[]) => void): Unsubscribe;
  /** Takes what becomes known of generators beside what they send. */
  onGenerator?(sample: GeneratorSample): void;
}

/** Sends requests; ends its iteration with an `end` message, also after the context's signal aborts it. */
export interface LoadEngine {
  /** What `load.mode` calls it in a scenario. */
  readonly kind: string;
  /** `open` keeps the schedule whatever the target does; `closed` waits for answers. */
  readonly pacing: 'open' | 'closed';
  readonly resolutionUs: number;
  /** How long before its start it wants to be given a plan. */
  readonly leadMs: number;
  /** Into how many workers it shares a plan out on this machine; one where it does not say. */
  workersOf?(plan: LoadPlan): number;
  run(plan: LoadPlan, context: LoadContext): AsyncIterable<LoadMessage>;
}

/** What a sampler may look at, and where it puts what it saw. */
export interface SamplerContext extends RunContext {
  readonly targets: readonly Target[];
  /** What the run is planned to do; how much later a step really begins is known of the load. Empty where nobody can plan it. */
  readonly steps: readonly PlannedStep[];
  onLog(listener: (line: LogLine) => void): Unsubscribe;
  /** The kinds of all samplers of the run, for one that leaves to another what that does better. */
  readonly observers?: readonly string[];
  /** The options of one of them, for one that keeps out of its way; undefined where it is not there. */
  optionsOf?(kind: string): unknown;
  /** What becomes known of the load; not there where none is sent. */
  onLoad?(listener: (message: LoadMessage) => void): Unsubscribe;
  emit(sample: Sample): void;
}

/** A sampler at work; `close` resolves when nothing more will be emitted. */
export interface OpenSampler {
  close(): Promise<void>;
}

/** What is known of a target before anything looks at it. */
export interface Observable {
  /** GODEBUG with which it prints lines that can be read; empty where it has none, or where nobody can read them. */
  readonly goDebug: string;
  readonly pprofUrl?: string | undefined;
  readonly metricsUrl?: string | undefined;
  /** Whether it answers /debug/vars. */
  readonly hasVars?: boolean | undefined;
}

/** How an observation that was told nothing else looks. */
interface Observing<Options> {
  /** What is asked for of it goes over these. */
  readonly options: Options;
  /** Whether there is something to look at. */
  sees(target: Observable): boolean;
}

/** Looks at the Go processes while they run; a look that fails becomes a gap, never an exception. */
export interface Sampler<Options = unknown> {
  /** Its key under `observe:` in a scenario. */
  readonly kind: string;
  readonly options: z.ZodType<Options>;
  /** What the options ask for that this load does not have, such as a step; undefined when all is well. */
  mistake?(options: Options, stepNames: readonly string[]): string | undefined;
  /** One sentence: what this costs the target. */
  readonly cost: string;
  /** GODEBUG entries that the target needs from its start. */
  goDebug(options: Options): readonly string[];
  /** Absent: an observation has it look only where it is asked for. */
  readonly observing?: Observing<Options>;
  /** Sources of its samples that a target answers itself, over the network: their gaps may mean that it is gone. */
  readonly networkSources?: readonly string[];
  /** Stretches of a run in which it wants each exchange of the load by itself, in order; none without this. */
  exchangesIn?(options: Options, plan: Pick<SamplerContext, 'steps' | 'optionsOf'>): readonly StepStretch[];
  open(options: Options, context: SamplerContext): Promise<OpenSampler>;
}

/** Receives samples, and log lines if it wants them, while the run is live; must not throw. */
export interface Sink {
  readonly kind: string;
  accept(sample: Sample): void;
  log?(line: LogLine): void;
  close(): Promise<void>;
}

/** Renders a finished result as text; pure. */
export interface Reporter {
  readonly format: string;
  /** File name in the run directory, such as `report.html`; undefined when it is for the terminal only. */
  readonly fileName?: string | undefined;
  render(result: RunResult): string;
  /** The same text piece by piece, where that of a long run is too long to be held as a whole beside all else. */
  pieces?(result: RunResult): Iterable<string>;
}

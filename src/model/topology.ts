/** What is up: the replicas that a run can drive and look at. */
import type { FaultAction } from './fault.ts';
import type { ClockRelation } from './sample.ts';

/**
 * One replica of one service; every address is a whole URL that this machine can reach. Something that is only observed may
 * come back elsewhere: its addresses, container and process are read from here at each look.
 */
export interface Target {
  /** `<service>-<number>`, unique in the run and safe as a file name. */
  readonly id: string;
  readonly service: string;
  /** Traffic addresses by container port: `{ "8080": "http://127.0.0.1:49153" }`. */
  readonly ports: Readonly<Record<string, string>>;
  /** The pprof index, `http://127.0.0.1:49154/debug/pprof`, without a slash at its end; undefined when none is known. */
  readonly pprofUrl?: string | undefined;
  /** The Prometheus text endpoint, whole; undefined when none is known. */
  readonly metricsUrl?: string | undefined;
  readonly containerId?: string | undefined;
  readonly pod?: PodPlace | undefined;
  readonly pid?: number | undefined;
  /** A file on this machine that holds the program it runs, where the engine has built one. */
  readonly binary?: string | undefined;
  /** Whether a fault has taken it away just now, or not brought it yet: nobody looks at it then. Read at each look. */
  readonly isAway?: boolean | undefined;
}

/** The pod that a target is in, of a Kubernetes cluster; a replica whose pod is replaced goes on in another. */
export interface PodPlace {
  /** As in the scenario; undefined for those that the user's environment says. */
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** The container that is the target; a pod may have others beside it. */
  readonly container: string;
  /** Its id, without `containerd://` before it; undefined before it was made. */
  readonly containerId: string | undefined;
  /** Whether it has the network of its node, and no counters of its own. */
  readonly sharesNetwork: boolean;
}

/** One line that a target printed, without its newline. */
export interface LogLine {
  /** When it reached us; where somebody on its way stamped it, when that was, as far as their clock is known. */
  readonly atUs: number;
  readonly target: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A target that stopped although nobody asked it to. */
export interface TargetExit {
  readonly atUs: number;
  readonly target: string;
  readonly message: string;
}

/** A target that stopped unasked, came back, or whose addresses changed; what a run has started does not come back. */
export interface TargetNews extends TargetExit {
  readonly event: 'exit' | 'restart' | 'note';
}

/** What of targets may go unseen for a while: that they stop and come back, or what they print. */
export type UnseenSource = 'ends and restarts' | 'lines';

/** Something of a target, or of `all`, may have gone unseen from `atUs` on, and why. */
export interface TargetUnseen extends TargetExit {
  readonly event: 'unseen';
  readonly source: UnseenSource;
  /** Until when; told once without it as soon as it is known, and once with it when it is over. */
  readonly untilUs?: number | undefined;
}

/** What becomes of a target, as far as it is seen. */
export type TargetChange = TargetNews | TargetUnseen;

/** A fault that an engine has put in force. */
export interface FaultInForce {
  /** What was done, for people: `killed api-2 (pid 4711)`. */
  readonly message: string;
  /** How long it had been in force when that became known, where an engine says so. */
  readonly heldUs?: number | undefined;
  /**
   * Takes it back and resolves when that is done; of what is started again not before it takes requests. Rejects with what could not be
   * taken back. Without it there is nothing to undo.
   */
  undo?(signal: AbortSignal): Promise<void>;
}

/** What a running topology can have done to it; its `down` takes back whatever is still in force. */
export interface FaultTools {
  /**
   * Rejects with an environmentError where it cannot be done, and has then left nothing in force. Targets are those that are to have it
   * done to them, looked up; the groups of a partition name replicas of them by their numbers.
   */
  inject(action: FaultAction, targets: readonly Target[], signal: AbortSignal): Promise<FaultInForce>;
}

/** Call to stop listening. */
export type Unsubscribe = () => void;

/**
 * A topology that is up and ready; `down` takes down all that this run started, and of what it only looks at just stops looking. It may be
 * called twice, and never throws.
 */
export interface RunningTopology {
  /** The engine that runs it, such as `compose`, or `observe` for what is looked at without load. */
  readonly engine: string;
  readonly targets: readonly Target[];
  /** What the user should know before reading numbers: limits not enforced, a proxy in the path. */
  readonly warnings: readonly string[];
  /** Facts for the result's environment block, such as the Docker engine's version. */
  readonly facts: Readonly<Record<string, string>>;
  /**
   * Every line, of all targets: the first listener is also given what they printed before, from their first byte where the engine started
   * them.
   */
  onLog(listener: (line: LogLine) => void): Unsubscribe;
  /** Every change of a target; the first listener is also given those before. */
  onChange(listener: (change: TargetChange) => void): Unsubscribe;
  /** Absent where nothing can be done to it; replicas that only a fault brings are among the targets from the start, away. */
  readonly faults?: FaultTools | undefined;
  /** Tells by `onChange` where nobody can say at the end what became of targets shortly before; absent where that is always known. Never rejects. */
  lastLook?(): Promise<void>;
  /** How the clocks stand to ours that lines of targets are stamped by; absent where nobody stamps them before they reach us. */
  lineClocks?(): readonly ClockRelation[];
  /** When its first process was started, by the clock of its start; absent where it ran before. */
  readonly firstStartUs?: number | undefined;
  down(): Promise<void>;
}

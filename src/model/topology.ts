/** What is up: the replicas that a run can drive and look at. */

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
  readonly pid?: number | undefined;
  /** A file on this machine that holds the program it runs, where the engine has built one. */
  readonly binary?: string | undefined;
}

/** One line that a target printed, without its newline, stamped when it reached us. */
export interface LogLine {
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
export interface TargetChange extends TargetExit {
  readonly event: 'exit' | 'restart' | 'note';
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
  down(): Promise<void>;
}

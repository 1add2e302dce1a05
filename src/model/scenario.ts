/** A scenario after it was read, checked and filled with defaults: what one run is asked to do. */
import type { Prices } from './prices.ts';
import type { SloRule } from './slo-rule.ts';

/**
 * How a rate moves over one step; rates in requests per second, times in milliseconds from the step's start.
 * Stairs are not a shape: a scenario's stairs become one constant step each, so that every level has its own result.
 */
export type RateShape =
  | { readonly kind: 'constant'; readonly rps: number }
  | { readonly kind: 'linear'; readonly fromRps: number; readonly toRps: number }
  | { readonly kind: 'spike'; readonly baseRps: number; readonly peakRps: number; readonly peakMs: number }
  | { readonly kind: 'sine'; readonly meanRps: number; readonly amplitudeRps: number; readonly periodMs: number };

/** A step of a closed load, whose rate is what comes of it: so many connections are kept busy. */
interface ClosedShape {
  readonly kind: 'closed';
  readonly connections: number;
}

/** One stretch of load with a name of its own in the result; `measure: false` is warm-up. */
export interface LoadStep {
  readonly name: string;
  readonly shape: RateShape | ClosedShape;
  readonly durationMs: number;
  readonly measure: boolean;
}

/** What a good answer looks like: one of these statuses (any below 400 when there are none), and a body with this text in it. */
interface Expectation {
  readonly status: readonly number[];
  readonly bodyContains: string;
}

/**
 * One HTTP/1.1 request; header names as the user wrote them. Of several, each arrival sends one, chosen by weight; the name is
 * empty where there is only `load.request`. Path, header values and body may hold `${feeder.column}`. The body is `body`, or the file at
 * the absolute path `bodyFile`.
 */
export interface RequestSpec {
  readonly name: string;
  readonly weight: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyFile?: string | undefined;
  readonly expect: Expectation;
}

/** Rows of data for requests, from a file at an absolute path; taken in turn and from the start again, or drawn with the seed. */
export interface FeederSpec {
  readonly file: string;
  readonly format: 'csv' | 'json';
  readonly order: 'sequential' | 'random';
}

/** When arrivals fall due: evenly spaced, or a Poisson process with the scenario's seed. */
export type Arrivals = 'uniform' | 'poisson';

/** What is sent and when; `open` keeps the schedule whatever the target does, `closed` keeps the connections of each step busy. */
export interface LoadSpec {
  /** The kind of a load engine. */
  readonly mode: string;
  /** HTTP/1.1, or HTTP/2 in the open mode; absent in runs of older versions. */
  readonly http?: 1 | 2 | undefined;
  readonly requests: readonly RequestSpec[];
  readonly feeders: Readonly<Record<string, FeederSpec>>;
  readonly arrivals: Arrivals;
  /** The most that are open at a time; of a closed load, those of its largest step. */
  readonly maxConnections: number;
  /** Processes that share an open load out; `auto` goes by the rate and the machine. */
  readonly workers: number | 'auto';
  /** Whether the generator runs before its target where both want a processor; absent in runs of older versions. */
  readonly priority?: 'normal' | 'high' | undefined;
  /**
   * How many arrivals may wait for a connection when all are busy; one more is dropped at once. Without it any number, each up to its
   * timeout.
   */
  readonly maxQueue?: number | undefined;
  /** `safe`: a request that was lost with a kept connection is sent once more where it is sure that it was not processed. */
  readonly resend?: 'safe' | 'never' | undefined;
  readonly timeoutMs: number;
  readonly idleMs: number;
  readonly steps: readonly LoadStep[];
}

/** The most that each replica of a service may use: cores, bytes. */
interface ServiceLimits {
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** How a Go program is built, beyond what its own build says; what is absent stays as it is there. */
export interface GoSettings {
  /** A Go toolchain such as `go1.27.0`, `go1.27.x` for the newest of its patches, or `local`. */
  readonly toolchain?: string | undefined;
  /** The GOEXPERIMENT, such as `nogreenteagc`. */
  readonly experiment?: string | undefined;
  /** The absolute path of a CPU profile, or `off`, or `auto` for the `default.pgo` beside the main package. */
  readonly pgo?: string | undefined;
  /** Such as `-ldflags=-s`, after those of the build itself. */
  readonly flags?: readonly string[] | undefined;
}

/** For every Go program that rampart builds, and on top of it by service. */
export interface GoTopologySettings extends GoSettings {
  readonly services?: Readonly<Record<string, GoSettings>> | undefined;
}

/** What may differ between variants of one topology; overlays are compose files at absolute paths, later ones win. */
export interface TopologySettings {
  readonly scale?: Readonly<Record<string, number>> | undefined;
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly overlays?: readonly string[] | undefined;
  readonly images?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, ServiceLimits>> | undefined;
  readonly buildArgs?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly go?: GoTopologySettings | undefined;
}

/** One variant: what it sets, and the branch, tag or commit that the compose file and all it builds are taken from. */
export interface VariantSettings extends TopologySettings {
  readonly git?: string | undefined;
}

/** Which services to start, how many of each, with which environment; files are absolute paths. */
export interface ComposeTopology extends TopologySettings {
  /** The kind of a topology engine; `auto` is the best of those that start services. */
  readonly engine: string;
  /** The compose file, or the first of several. */
  readonly compose: string;
  /** All compose files where the scenario lists them; absent: `compose`, and the override file that Compose would merge into it. */
  readonly composeFiles?: readonly string[] | undefined;
  /** Profiles whose services start; absent: those of COMPOSE_PROFILES. */
  readonly profiles?: readonly string[] | undefined;
  readonly scale: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly readyTimeoutMs: number;
}

/** One service that is already running; each address is a whole URL, `logs` an absolute path of a file with its stderr. */
export interface ExternalTarget {
  readonly name: string;
  readonly pprof?: string | undefined;
  readonly metrics?: string | undefined;
  readonly logs?: string | undefined;
  readonly pid?: number | undefined;
}

/** Something already running, left running afterwards: named targets, or the containers of a compose project. */
export interface ExternalTopology {
  readonly engine: string;
  readonly project?: string | undefined;
  readonly targets: readonly ExternalTarget[];
  readonly readyTimeoutMs: number;
}

/** The part of a scenario that says what is under test. */
export type TopologySpec = ComposeTopology | ExternalTopology;

/** Whether a topology runs already, and nothing of it is started. */
export function isExternal(topology: TopologySpec): topology is ExternalTopology {
  return !('compose' in topology);
}

/** Whether a load waits for answers, as its steps say: connections that are kept busy instead of a rate. */
export function isClosedLoop({ steps }: Pick<LoadSpec, 'steps'>): boolean {
  return steps.some(({ shape }) => shape.kind === 'closed');
}

/**
 * How a target is spoken to over TLS: absolute paths of PEM files, the name its certificate is for when that is not its
 * host, and `insecure` when its certificate is not looked at.
 */
export interface TlsSpec {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecure: boolean;
}

/** Where the load goes: a container port of a service of the topology, a URL on a loopback address, or a Unix socket; `tls` for HTTPS. */
export type LoadTarget = { readonly tls?: TlsSpec | undefined } & (
  | { readonly service: string; readonly port: number }
  | { readonly url: string }
  | { readonly socket: string }
);

/** Limits beyond which the generator's own behaviour makes a run invalid. */
interface ValiditySpec {
  readonly minSentShare: number;
  readonly maxLagP99Ms: number;
  /** Share of a step in which the generator's event loop may be busy; open loop only. */
  readonly maxLoopShare: number;
  /** Share of response p99 that may be the generator's own, beyond 5 ms that always may; open loop only. */
  readonly maxOwnShare: number;
}

/** One run, whole: frozen, with all defaults filled in; `observe` holds one entry of options for each sampler that is on. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly topology: TopologySpec;
  readonly target: LoadTarget;
  readonly load: LoadSpec;
  readonly observe: Readonly<Record<string, unknown>>;
  readonly validity: ValiditySpec;
  readonly slo: readonly SloRule[];
  /** Settings by name that `compare` runs against each other; other commands pass over them. */
  readonly variants?: Readonly<Record<string, VariantSettings>> | undefined;
  readonly prices?: Prices | undefined;
}

/** A step of a run whose start is fixed; times in microseconds since the origin. */
export interface PlannedStep {
  readonly name: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly measure: boolean;
}

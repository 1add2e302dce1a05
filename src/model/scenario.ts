/** A scenario after it was read, checked and filled with defaults: what one run is asked to do. */
import type { Condition } from './condition.ts';
import type { FaultSpec } from './fault.ts';
import type { GeneratorsSpec } from './generators-spec.ts';
import type { Prices } from './prices.ts';
import type { SloRule } from './slo-rule.ts';
import type { Tags } from './tags.ts';
import type { TopologySpec, VariantSettings } from './topology-spec.ts';

/**
 * How a rate moves over one step; rates in requests per second, times in milliseconds from the step's start.
 * Stairs are not a shape: a scenario's stairs become one constant step each, so that every level has its own result.
 */
export type RateShape =
  | { readonly kind: 'constant'; readonly rps: number }
  | { readonly kind: 'linear'; readonly fromRps: number; readonly toRps: number }
  | { readonly kind: 'spike'; readonly baseRps: number; readonly peakRps: number; readonly peakMs: number }
  | { readonly kind: 'sine'; readonly meanRps: number; readonly amplitudeRps: number; readonly periodMs: number };

/**
 * A step whose arrivals are recorded ones: how many a second they are in it on average, and in its busiest second; both 0 until the
 * recording was read.
 */
interface RecordedShape {
  readonly kind: 'recorded';
  readonly rps: number;
  readonly peakRps: number;
}

/** A step of a closed load, whose rate is what comes of it: so many connections are kept busy. */
interface ClosedShape {
  readonly kind: 'closed';
  readonly connections: number;
}

/** One stretch of load with a name of its own in the result; `measure: false` is warm-up. */
export interface LoadStep {
  readonly name: string;
  readonly shape: RateShape | RecordedShape | ClosedShape;
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
  /** How many redirects of an answer are followed; none without it. */
  readonly redirects?: number | undefined;
  /** Whether cookies that a redirect sets go with the requests after it; of a flow see `FlowSpec`. */
  readonly cookies?: boolean | undefined;
}

/** Where in an answer a value is: a JSON path (see `parseJsonPath`), a header, or the first group of a regular expression on the body. */
export type ExtractSpec =
  | { readonly from: 'json'; readonly path: string }
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'regex'; readonly pattern: string };

/** The pause before a request, drawn evenly between two lengths. */
export interface ThinkSpec {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A request of a flow: what it takes from its answer, by name, stands as `${name}` in the requests after it. */
export interface FlowRequestSpec extends RequestSpec {
  readonly extract: Readonly<Record<string, ExtractSpec>>;
  readonly think?: ThinkSpec | undefined;
}

/** What one arrival does as one client: requests one after the other, with a jar of cookies of its own where it has any. */
export interface FlowSpec {
  readonly name: string;
  readonly weight: number;
  readonly cookies: boolean;
  readonly requests: readonly FlowRequestSpec[];
}

/** Rows of data for requests, from a file at an absolute path; taken in turn and from the start again, or drawn with the seed. */
export interface FeederSpec {
  readonly file: string;
  readonly format: 'csv' | 'json';
  readonly order: 'sequential' | 'random';
}

/**
 * Arrivals that were recorded, in a file at an absolute path: from a moment of the recording on, in milliseconds since its first arrival,
 * and so many times as fast.
 */
export interface RecordedArrivals {
  readonly file: string;
  readonly speed: number;
  readonly fromMs: number;
  /** How many arrivals the whole file has, and how long it lasts at its own speed; known when it was read. */
  readonly whole?: { readonly arrivals: number; readonly lastsMs: number };
}

/** When arrivals fall due: evenly spaced, a Poisson process with the scenario's seed, or as they were recorded. */
export type Arrivals = 'uniform' | 'poisson' | RecordedArrivals;

/** The name of a flow's request in rules, errors and results. */
export function flowRequestName(flow: Pick<FlowSpec, 'name'>, request: Pick<RequestSpec, 'name'>): string {
  return `${flow.name}/${request.name}`;
}

/** The names of all requests of a load: of those that stand alone, then of those in flows, each in their order. */
export function namesOfRequests({ requests, flows = [] }: Pick<LoadSpec, 'requests' | 'flows'>): string[] {
  return [
    ...requests.map(({ name }) => name),
    ...flows.flatMap((flow) => flow.requests.map((request) => flowRequestName(flow, request))),
  ];
}

/** What is sent and when; `open` keeps the schedule whatever the target does, `closed` keeps the connections of each step busy. */
export interface LoadSpec {
  /** The kind of a load engine. */
  readonly mode: string;
  /** HTTP/1.1, or HTTP/2 in the open mode; absent in runs of older versions. */
  readonly http?: 1 | 2 | undefined;
  readonly requests: readonly RequestSpec[];
  /** Beside the requests, by weight; an arrival is one of either. */
  readonly flows?: readonly FlowSpec[] | undefined;
  readonly feeders: Readonly<Record<string, FeederSpec>>;
  readonly arrivals: Arrivals;
  /** The most that are open at a time; of a closed load, those of its largest step. */
  readonly maxConnections: number;
  /** Processes that share an open load out; `auto` goes by the rate and the machine. */
  readonly workers: number | 'auto';
  /** Whether the generator runs before its target where both want a processor; absent in runs of older versions. */
  readonly priority?: 'normal' | 'high' | undefined;
  /** Other processes and machines that send the load instead of this one. */
  readonly generators?: GeneratorsSpec | undefined;
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

/** Whether a load waits for answers, as its steps say: connections that are kept busy instead of a rate. */
export function isClosedLoop({ steps }: Pick<LoadSpec, 'steps'>): boolean {
  return steps.some(({ shape }) => shape.kind === 'closed');
}

/** The recording that a load follows, if it follows one; a search for capacity has rates of its own. */
export function recordedOf({ arrivals, steps }: Pick<LoadSpec, 'arrivals' | 'steps'>): RecordedArrivals | undefined {
  return typeof arrivals === 'object' && steps.every(({ shape }) => shape.kind === 'recorded') ? arrivals : undefined;
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

/** A host beyond this machine that load may go to, as it is written, and the reason for it where one is given. */
export interface AllowedHost {
  readonly host: string;
  readonly reason?: string | undefined;
}

/**
 * Where the load goes: a container port of a service of the topology, a URL, or a Unix socket; `tls` for HTTPS, and which hosts beyond
 * this machine are allowed.
 */
export type LoadTarget = {
  readonly tls?: TlsSpec | undefined;
  readonly allow?: readonly AllowedHost[] | undefined;
} /** Without `spread` to its first replica; with it connections go to all of them in turn. */ & (
  | { readonly service: string; readonly port: number | string; readonly spread?: boolean | undefined }
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
  /** Whether a generator's pod may share a node with the topology. */
  readonly mayShareNode?: boolean | undefined;
}

/** One run, whole: frozen, with all defaults filled in; `observe` holds one entry of options for each sampler that is on. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** What its runs are called by; absent without any. */
  readonly tags?: Tags | undefined;
  readonly seed: number;
  readonly topology: TopologySpec;
  readonly target: LoadTarget;
  readonly load: LoadSpec;
  readonly observe: Readonly<Record<string, unknown>>;
  readonly validity: ValiditySpec;
  readonly slo: readonly SloRule[];
  /** Settings by name that `compare` runs against each other; other commands pass over them. */
  readonly variants?: Readonly<Record<string, VariantSettings>> | undefined;
  /** In the order of the file; none in runs of older versions. */
  readonly faults?: readonly FaultSpec[] | undefined;
  /** By name; watched all the time, and the times after which they hold are results. */
  readonly conditions?: Readonly<Record<string, Condition>> | undefined;
  /** The replica for which a condition holds has the role. */
  readonly roles?: Readonly<Record<string, Condition>> | undefined;
  readonly prices?: Prices | undefined;
  /** Variables of the environment that are secret wherever they stand. */
  readonly secrets?: readonly string[] | undefined;
  /** Variables of the environment that are not. */
  readonly readable?: readonly string[] | undefined;
}

/** A step of a run whose start is fixed; times in microseconds since the origin. */
export interface PlannedStep {
  readonly name: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly measure: boolean;
}

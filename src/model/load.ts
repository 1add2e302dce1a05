/** What a load engine is asked to do, and the messages it answers with. */
import type { OutcomeCounts } from './outcome-counts.ts';
import type { Arrivals, FeederSpec, LoadSpec, LoadStep, RequestSpec, TlsSpec } from './scenario.ts';

/** The whole load of one run, ready to be sent: loopback address resolved, start fixed on the monotonic clock. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** Addresses of that host that connections are opened to in turn; without any, the host is looked up for each. */
  readonly addresses?: readonly string[] | undefined;
  /** A Unix socket instead of that host and port, which then only stand in the Host header. */
  readonly socket?: string | undefined;
  readonly tls?: TlsSpec | undefined;
  /** The version of HTTP that is spoken; 1.1 when there is none. */
  readonly http?: 1 | 2 | undefined;
  readonly requests: readonly RequestSpec[];
  readonly feeders: Readonly<Record<string, FeederSpec>>;
  readonly steps: readonly LoadStep[];
  readonly arrivals: Arrivals;
  readonly seed: number;
  readonly maxConnections: number;
  /** Into how many workers an open load is shared out; `auto` goes by the rate and the machine. */
  readonly workers: LoadSpec['workers'];
  readonly priority?: LoadSpec['priority'];
  /** The part of the plan that one worker sends; all of it without this. */
  readonly share?: Share | undefined;
  /**
   * How many arrivals may wait for a connection when all are busy; one more is dropped at once. Without it any number, each up to its
   * timeout.
   */
  readonly maxQueue?: number | undefined;
  /** Whether a request is sent once more when it is sure that nothing of it was processed; `safe` without this. */
  readonly resend?: LoadSpec['resend'];
  readonly timeoutMs: number;
  /** The run's origin as `process.hrtime` microseconds; every `Us` in a message counts from it. */
  readonly originHrUs: number;
  /** When the first step starts, microseconds since the origin. */
  readonly startUs: number;
}

/** Of all arrivals, those whose index (from 0) is `index` modulo `of`. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/**
 * What became known about the arrivals due in one second of one step since the last such message: counts and
 * histograms to be added up. Response latencies hold every arrival but the unfinished, those without an answer at the time
 * that had passed when they were given up: a user would have waited as long.
 */
export interface LoadWindow extends OutcomeCounts {
  readonly kind: 'window';
  /** Index into the plan's steps. */
  readonly step: number;
  /** Start of the second the arrivals were due in, microseconds since the origin. */
  readonly dueUs: number;
  /** Encoded histograms (see `encodeHistogram`), microseconds. */
  readonly response: string;
  readonly service: string;
  readonly lag: string;
  /**
   * The greatest response latency of the arrivals due in each tenth of that second, microseconds: ten numbers, null where none is
   * known. Runs of older versions have none.
   */
  readonly responsePeaksUs?: readonly (number | null)[];
  /**
   * Requests that were sent once more because nothing of the first sending can have been processed. None without this.
   */
  readonly resent?: number;
  /**
   * Arrivals that ended without anything sent, and sendings that the target cannot have read. The target has read
   * `planned - unsent + resent` requests when all are over. None without this.
   */
  readonly unsent?: number;
  /** Failures by kind, such as `connect ECONNREFUSED` or `status 503`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Phases of exchanges, for those that were any, see `LoadPhase`; encoded like the latencies. */
  readonly phases?: Readonly<Partial<Record<LoadPhase, string>>>;
  /** The same arrivals by request; only where a plan has several. */
  readonly requests?: readonly RequestWindow[];
}

/**
 * What an exchange consists of: dial to connected and the handshake of TLS, once per connection and counted where the last
 * arrival before its end was due; and the request written to the first byte of its answer, once per answer.
 */
export type LoadPhase = 'connect' | 'tls' | 'firstByte';

/** The arrivals of a window that sent one of several requests. */
export interface RequestWindow extends OutcomeCounts {
  /** As in the plan. */
  readonly name: string;
  readonly response: string;
  readonly service: string;
}

/**
 * What the generator did in one second of real time, or in less at the end of a step, whatever second the arrivals were due in. Where
 * several workers send, counts are those of all together, and what is said of the sending thread is that of the worst of them.
 */
export interface LoadTick {
  readonly kind: 'tick';
  /** End of that second, microseconds since the origin, and its true length. */
  readonly atUs: number;
  readonly lengthUs: number;
  /** The step that was running at the end of that second. */
  readonly step: number;
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly connections: number;
  readonly opened: number;
  /**
   * The time that arrivals were under way in that second, from due to outcome, summed over them, by the step they were due in: pairs of
   * its index and microseconds. It is counted (requests times time), not added up from latencies; only where the engine plans arrivals.
   */
  readonly openUs?: readonly (readonly [step: number, us: number])[];
  /**
   * What the generator's own echo took in that second: of each stamp that came back, microseconds from due to written, and from due to
   * read, which a target that answers at once would have been told to take. Only where the engine has an echo.
   */
  readonly echoUs?: readonly (readonly [lagUs: number, lateUs: number])[];
  /** CPU time of all the generator's processes, as a percentage of one core. */
  readonly cpuPercent: number;
  /** Time in which the sending thread was ready to run but had no processor, microseconds; undefined where the kernel does not say. */
  readonly cpuWaitUs?: number | undefined;
  /** Share of that second in which the generator's event loop was busy, 0 to 1 (`performance.eventLoopUtilization`). */
  readonly loopUtilisation: number;
  /** How late the thread that sends was to run a timer of 10 ms; runs of older versions have none of these three. */
  readonly loopDelayP99Us?: number;
  readonly loopDelayMaxUs?: number;
  /** Time the garbage collector of the thread that sends kept it from sending. */
  readonly gcPauseMs?: number;
}

/** A step began: its true start, microseconds since the origin. */
export interface StepStart {
  readonly kind: 'step';
  readonly step: number;
  readonly startUs: number;
}

/** The last message: everything planned has its outcome; sending ended and draining ended at these times. */
export interface LoadEnd {
  readonly kind: 'end';
  readonly lastDueUs: number;
  readonly drainedUs: number;
}

/** One message of a load engine. */
export type LoadMessage = LoadWindow | LoadTick | StepStart | LoadEnd;

/** What a load engine is asked to do, and the messages it answers with. */
import type { OutcomeCounts } from './outcome-counts.ts';
import type { Arrivals, FeederSpec, FlowSpec, LoadSpec, LoadStep, RequestSpec, TlsSpec } from './scenario.ts';

/** Where a connection is opened to. */
export interface DialAddress {
  readonly host: string;
  readonly port: number;
}

/** The whole load of one run, ready to be sent: addresses resolved, start fixed on the monotonic clock. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /**
   * What connections are opened to in turn; one that refuses is passed over at once. Without any, the host is looked up for each. They
   * may be others while the load runs, see `LoadContext`.
   */
  readonly addresses?: readonly DialAddress[] | undefined;
  /** Addresses and ranges beyond loopback that connections may be opened to; held against each before it is opened. */
  readonly allowed?: readonly string[] | undefined;
  /** Whether requests go to all of them in turn, and each has connections as soon as it takes any. */
  readonly spread?: boolean | undefined;
  /** A Unix socket instead of that host and port, which then only stand in the Host header. */
  readonly socket?: string | undefined;
  readonly tls?: TlsSpec | undefined;
  /** The version of HTTP that is spoken; 1.1 when there is none. */
  readonly http?: 1 | 2 | undefined;
  readonly requests: readonly RequestSpec[];
  readonly flows?: readonly FlowSpec[] | undefined;
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
  /** Width of the bins in which arrivals are told of once more, finely; none are without this. */
  readonly binUs?: number | undefined;
  /** Stretches in which each answered exchange is told by itself, in order and none within another; none are without this. */
  readonly exchangesIn?: readonly StepStretch[] | undefined;
  /** Contents of the files that it names, by path, where it is carried out on another machine; they are read from the disk without this. */
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Addresses and ranges beyond loopback that the owner of the machine lets it dial, of those that are `allowed`; all of them without this. */
  readonly consented?: readonly string[] | undefined;
}

/** A stretch of a run, microseconds since its origin. */
export interface Stretch {
  readonly atUs: number;
  readonly untilUs: number;
}

/**
 * A stretch of a step, microseconds since that really began. Where that is at no whole second it goes on for one more: who looks at whole
 * seconds may wait for the next one.
 */
export interface StepStretch extends Stretch {
  /** By index. */
  readonly step: number;
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
  /** The generator that tells it, counted from 0, where the load is shared out to several machines. */
  readonly generator?: number;
  /** Index into the plan's steps. */
  readonly step: number;
  /** Start of the second the arrivals were due in, microseconds since the origin. */
  readonly dueUs: number;
  /** Encoded histograms (see `encodeHistogram`), microseconds. */
  readonly response: string;
  /**
   * The response latencies among these of arrivals that had no good answer: failed, timed out or dropped. None without this, and in runs of
   * older versions.
   */
  readonly lost?: string;
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
   * Requests of which nothing was sent, and sendings that the target cannot have read. The target has read
   * `planned + followed - unsent + resent` requests when all are over. None without this.
   */
  readonly unsent?: number;
  /** Requests that came after the first of their arrival: those of flows, and those that redirects asked for. None without this. */
  readonly followed?: number;
  /** Of those, the ones that redirects asked for. None without this. */
  readonly redirected?: number;
  /** How long arrivals paused that have ended, summed over them, microseconds. None without this. */
  readonly pausedUs?: number;
  /** Bytes of the bodies of answers as they came, so with their content codings; without heads and the framing of HTTP. */
  readonly bodyBytes?: number;
  /** Answers with a content coding, by its name. None without this. */
  readonly encoded?: Readonly<Record<string, number>>;
  /** How long bodies were whose content coding was taken off, because somebody looks into them. None without this. */
  readonly decodedBytes?: number;
  /** Dials that were refused, upon which another address was dialled at once; nothing was sent before. None without this. */
  readonly redialled?: number;
  /** Failures by kind, such as `connect ECONNREFUSED` or `status 503`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Phases of exchanges, for those that were any, see `LoadPhase`; encoded like the latencies. */
  readonly phases?: Readonly<Partial<Record<LoadPhase, string>>>;
  /** The same by request, of arrivals that came to it; only where a plan has several. */
  readonly requests?: readonly RequestWindow[];
  /** The same arrivals by flow; only where a plan has any. */
  readonly flows?: readonly FlowWindow[];
}

/**
 * What an exchange consists of: dial to connected and the handshake of TLS, once per connection and counted where the last
 * arrival before its end was due; and the request written to the first byte of its answer, once per answer.
 */
export type LoadPhase = 'connect' | 'tls' | 'firstByte';

/** The arrivals of a window that went through one of its flows. */
export interface FlowWindow extends OutcomeCounts {
  /** As in the plan. */
  readonly name: string;
  readonly response: string;
  /** As of the window. */
  readonly lost?: string;
  readonly service: string;
  /** None where the engine does not see it, where there was no answer, and in runs of older versions. */
  readonly firstByte?: string;
}

/**
 * The arrivals of a window that came to one of several requests: `planned` counts those. Response latencies are from the moment it was
 * due, which after the first request of a flow is the moment at which the answer before it was there and the pause over.
 */
export interface RequestWindow extends FlowWindow {
  /** The flow it belongs to, whose name and a slash then stand before its own. */
  readonly flow?: string;
  /** Runs of older versions have none of these three; none without them. */
  readonly firstByte?: string;
  readonly redirected?: number;
  readonly errors?: Readonly<Record<string, number>>;
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
  /** Requests that were sent after the first of their arrival. None without this. */
  readonly followed?: number;
  /** Arrivals in a pause between two requests; only where a plan has any. */
  readonly thinking?: number | undefined;
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

/**
 * What became known about the arrivals due in each of some short bins since the last such message: counts to be added up and response
 * latencies, those of a window cut finer. Only where the plan asks for bins.
 */
export interface LoadBins {
  readonly kind: 'bins';
  readonly step: number;
  /** Their width. */
  readonly binUs: number;
  readonly bins: readonly ArrivalBin[];
}

/** Arrivals due in one bin, which begins at a multiple of its width since the origin. */
export interface ArrivalBin {
  readonly dueUs: number;
  readonly completed: number;
  /** Failed, timed out, dropped or unfinished. */
  readonly lost: number;
  /** Of those, the ones of a generator that was lost, of which nobody knows what became. None without this. */
  readonly untold?: number;
  /** Response latencies of those completed, microseconds, as `binText` writes them. */
  readonly response: string;
  /** Due time of the first that was lost, in whole microseconds. */
  readonly firstLostUs?: number | undefined;
}

/**
 * Answered exchanges one by one, each told once: those that were on the wire in one of the stretches that the plan names. Only where it
 * names any.
 */
export interface LoadExchanges {
  readonly kind: 'exchanges';
  /** As in a window. */
  readonly generator?: number;
  /** The step that their arrivals were due in. */
  readonly step: number;
  /** The worker that sent them, counted over all generators: connections of two workers may have the same number. */
  readonly worker: number;
  /** As `exchangeText` writes them. */
  readonly exchanges: string;
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
  /** How long after it was due the first arrival was handed on, of several workers the latest; absent where none was, and in older runs. */
  readonly firstLagUs?: number | undefined;
}

/** One message of a load engine. */
export type LoadMessage = LoadWindow | LoadBins | LoadExchanges | LoadTick | StepStart | LoadEnd;

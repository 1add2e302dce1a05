/** What `inspect` says of its inputs: plain data, the same for every rendering; times of a process count from its start. */

/** How many lines or goroutines of each kind an input holds; `rejects` began like one of them and could not be read. */
export interface InspectCounts {
  readonly sched: number;
  readonly gc: number;
  readonly scavenge: number;
  readonly pacer: number;
  readonly init: number;
  readonly goroutines: number;
  readonly rejects: number;
}

/** How far a judgement goes beyond what is printed: not at all, by a rule that rarely errs, or as one of several readings. */
type Certainty = 'certain' | 'likely' | 'possible';

/** What an input says that calls for attention. */
export interface Judgement {
  readonly severity: 'info' | 'warning' | 'critical';
  readonly certainty: Certainty;
  readonly title: string;
  readonly evidence: readonly string[];
}

/** Lines that could not be read: how many of a kind, and the first of them. */
export interface Rejected {
  readonly kind: string;
  readonly count: number;
  readonly example: string;
}

/** Values over time, thinned so that every peak and valley stays; `atS` in seconds from the start of the process or log. */
export interface InspectSeries {
  readonly name: string;
  readonly points: readonly (readonly [atS: number, value: number])[];
}

/** Where in the input something stands: its byte, and the time that the line's prefix gives, where there is one. */
export interface Place {
  readonly byte: number;
  readonly time?: string;
}

/** A moment at which many goroutines waited to run. */
export interface QueuedMoment extends Place {
  readonly atMs: number;
  readonly runqueue: number;
  readonly localRunqueues: number;
  readonly idleprocs: number;
}

/** What became of one value over all lines. */
export interface Extremes {
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** What the SCHED lines of one process say. */
export interface SchedSummary {
  readonly lines: number;
  readonly detailLines: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Usual time between two lines; 0 of a single one. */
  readonly intervalMs: number;
  readonly longestGapMs: number;
  readonly gomaxprocs: Extremes;
  readonly runqueue: Extremes;
  /** Sum over all Ps. */
  readonly localRunqueues: Extremes;
  readonly idleprocs: Extremes;
  readonly threads: Extremes;
  /** Lines that show waiting goroutines and no idle P. */
  readonly saturatedLines: number;
  /** Scheduler rounds of all Ps; since Go 1.25. */
  readonly roundsPerSecond?: number;
  /** Most queued first. */
  readonly worst: readonly QueuedMoment[];
}

/** A collection with a long pause. */
export interface PausedMoment extends Place {
  readonly cycle: number;
  readonly atS?: number;
  readonly pauseMs: number;
  readonly heapLiveMib: number;
}

/** What the gc lines of one process say. */
export interface GcSummary {
  readonly cycles: number;
  readonly firstCycle: number;
  readonly lastCycle: number;
  /** Cycles between these two that the log does not hold. */
  readonly missing: number;
  readonly forced: number;
  /** Lines that announce the cycle which is due after two minutes without one. */
  readonly periodic: number;
  readonly fromS?: number;
  readonly toS?: number;
  /** Undefined when the lines bear no time, or there is one only. */
  readonly perMinute?: number;
  readonly pauseMs: { readonly p50: number; readonly p99: number; readonly max: number; readonly total: number };
  readonly markMs?: { readonly mean: number; readonly max: number };
  /** Share of CPU time since the start of the process, as the last line has it. */
  readonly cpuPercent?: number;
  readonly assistCpuMs?: number;
  readonly heapLiveMib: { readonly first: number; readonly last: number; readonly min: number; readonly max: number };
  readonly heapGoalMib?: number;
  /** Longest pause first. */
  readonly worst: readonly PausedMoment[];
}

/** What the initialisation of packages took. */
export interface InitSummary {
  readonly packages: number;
  readonly clockMs: number;
  readonly bytes: number;
  readonly slowest: readonly { readonly package: string; readonly clockMs: number; readonly bytes: number }[];
}

/** One process within a log. */
export interface InspectedProcess {
  /** Unique within the log: its stream, where prefixes tell, and its number. */
  readonly name: string;
  readonly source: string;
  readonly first: Place;
  readonly last: Place;
  readonly sched?: SchedSummary;
  readonly gc?: GcSummary;
  readonly scavenge?: { readonly lines: number; readonly releasedKib: number };
  readonly pacer?: { readonly lines: number };
  readonly init?: InitSummary;
  readonly series: readonly InspectSeries[];
}

/** Goroutines that share what they wait for and their stack; what only dumps tell is missing in those of profiles. */
export interface InspectedGroup {
  readonly count: number;
  readonly reason: string;
  readonly site: string;
  /** Innermost first. */
  readonly frames: readonly string[];
  readonly longestWaitMinutes?: number;
  readonly createdBy?: readonly string[];
  readonly lockedToThread?: number;
  readonly leaked?: number;
  readonly exampleId?: number;
}

/** All goroutines of a process at one moment. */
export interface Snapshot {
  readonly name: string;
  /** Why the runtime printed it, if it says so. */
  readonly cause?: string;
  readonly place?: Place;
  readonly total: number;
  /** Goroutines that only exist because somebody looked; not in the total nor in a group. */
  readonly ofTheLook: number;
  /** Goroutines of whose stack nothing could be read; not in the total nor in a group. */
  readonly withoutStack?: number;
  readonly byReason: readonly { readonly reason: string; readonly count: number }[];
  readonly groups: readonly InspectedGroup[];
  readonly judgements: readonly Judgement[];
}

interface Inspected {
  readonly file: string;
  readonly bytes: number;
  readonly counts: InspectCounts;
  readonly judgements: readonly Judgement[];
}

/** A log of a service, with goroutine dumps in it or not; `dump` when it holds nothing else. */
export interface LogInspection extends Inspected {
  readonly kind: 'log' | 'dump';
  readonly processes: readonly InspectedProcess[];
  /** Processes and dumps beyond those that are kept; they are in the counts. */
  readonly processesLeftOut: number;
  readonly dumps: readonly Snapshot[];
  readonly dumpsLeftOut: number;
  /** Of the last dump. */
  readonly groups: readonly InspectedGroup[];
  readonly rejects: readonly Rejected[];
}

/** A function of a profile, in the unit of the column shown. */
interface InspectedFunction {
  readonly name: string;
  readonly flat: number;
  readonly cum: number;
}

/** A pprof profile, binary or text. */
export interface ProfileInspection extends Inspected {
  readonly kind: 'profile';
  /** What it is of: `cpu`, `heap`, `goroutine`, `mutex or block` and so on. */
  readonly profile: string;
  readonly columns: readonly { readonly type: string; readonly unit: string; readonly total: number }[];
  /** The column that functions and flame are of. */
  readonly column: number;
  readonly takenAt?: string;
  readonly durationMs?: number;
  readonly stacks: number;
  readonly functions: readonly InspectedFunction[];
  readonly functionsLeftOut: number;
  /** Depth, function and value of each node of the call tree, callers before those they called. */
  readonly flame: readonly (readonly [depth: number, name: string, value: number])[];
  /** Of a goroutine profile. */
  readonly snapshot?: Snapshot;
  readonly groups: readonly InspectedGroup[];
}

/** Percentiles of one stretch of a histogram log, in its own unit. */
export interface HistogramPoint {
  readonly atS: number;
  readonly lengthS: number;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a histogram log holds under one tag. */
export interface InspectedTag {
  /** Empty for intervals without a tag. */
  readonly tag: string;
  readonly intervals: number;
  readonly whole: HistogramPoint;
  readonly mean: number;
  /** Each merged from whole intervals, never averaged. */
  readonly points: readonly HistogramPoint[];
}

/** The units that the values of a histogram log may have; empty where nobody says it. */
export type HistogramUnit = 'ns' | 'us' | 'ms' | 's' | 'bytes' | '';

/** A HdrHistogram log. */
export interface HistogramInspection extends Inspected {
  readonly kind: 'hlog';
  /** As a comment or the user says; never by guess. */
  readonly unit: HistogramUnit;
  readonly unitFrom: string;
  readonly startedAt?: string;
  readonly tags: readonly InspectedTag[];
  readonly rejects: readonly Rejected[];
}

/** What one input says. */
export type Inspection = LogInspection | ProfileInspection | HistogramInspection;

/** A row of a comparison: one value for each input, undefined where an input has none. */
export interface ChangeRow {
  readonly name: string;
  readonly detail?: string;
  readonly values: readonly (number | undefined)[];
}

/** What changed between inputs of one kind, in the order in which they were given. */
export interface InspectChanges {
  readonly of: string;
  readonly inputs: readonly string[];
  readonly unit: string;
  /** What may and what may not be concluded. */
  readonly note: string;
  readonly rows: readonly ChangeRow[];
}

/** What a growing log said in one stretch of time. */
export interface InspectInterval {
  readonly sched:
    | {
        readonly lines: number;
        /** Goroutines on all run queues, summed over the lines. */
        readonly queuedSum: number;
        readonly queuedMax: number;
        readonly idleprocsMin: number;
        /** Of the last line. */
        readonly gomaxprocs: number;
        readonly threads: number;
      }
    | undefined;
  readonly gc:
    | {
        readonly cycles: number;
        readonly pauseMaxMs: number;
        /** Of the last cycle. */
        readonly heapLiveMib: number;
        readonly cpuPercent?: number;
      }
    | undefined;
  /** The cause of each goroutine dump that began; empty where it says none. */
  readonly dumps: readonly string[];
  readonly goroutines: number;
  /** Lines of scheddetail, the scavenger, the pacer and of package initialisation. */
  readonly others: number;
  /** Processes that were not seen before, but for the first of all. */
  readonly began: number;
}

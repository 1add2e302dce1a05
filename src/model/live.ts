/** What the page of a run that goes on is told: a state that fits into a bounded place however long the run is, as far as it has changed. */

/** A series that is kept live: what a point stands for when moments are drawn as one, their mean or the greatest. */
export type LiveMerge = 'mean' | 'greatest';

/** The series that are drawn while a run goes on, with how their points are merged; every other one waits for the report. */
export const liveSeries: Readonly<Record<string, LiveMerge>> = {
  'load.planned_rps': 'mean',
  'load.sent_rps': 'mean',
  'load.completed_rps': 'mean',
  'load.failed_rps': 'greatest',
  'load.response_p50_us': 'greatest',
  'load.response_p99_us': 'greatest',
  'load.in_flight': 'greatest',
  'load.waiting': 'greatest',
  'load.connections': 'greatest',
  'load.cpu_percent': 'mean',
  'host.cpu_percent': 'mean',
  'host.steal_percent': 'mean',
  'host.cpu_pressure_some_percent': 'mean',
  'sched.runqueue': 'greatest',
  'sched.local_runqueue_total': 'greatest',
  'goroutines.total': 'greatest',
  'go.goroutines': 'greatest',
  'gc.pause_ms': 'greatest',
  'gc.heap_live_mib': 'greatest',
  'gc.heap_goal_mib': 'greatest',
  'container.cpu_percent': 'mean',
  'container.memory_mib': 'greatest',
  'container.memory_limit_mib': 'greatest',
  'container.throttled_ms': 'greatest',
};

/** One series: the page keeps its first `keep` points and puts these behind them; times in seconds since the origin. */
export interface LiveSeriesChange {
  readonly id: number;
  readonly name: string;
  readonly target: string;
  readonly title: string;
  readonly unit: string;
  readonly keep: number;
  readonly t: readonly number[];
  readonly v: readonly number[];
}

/** One step so far. Latencies are of the arrivals that have ended, microseconds; undefined while none has. */
export interface LiveStep {
  readonly index: number;
  readonly name: string;
  readonly measure: boolean;
  readonly state: 'to come' | 'running' | 'over';
  /** When it began, seconds since the origin; undefined before. */
  readonly startS: number | undefined;
  readonly durationS: number;
  readonly planned: number;
  readonly completed: number;
  /** Failed, timed out or dropped. */
  readonly lost: number;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
}

/** Something that happened, in the order of `seq`; a warning is what a reader of the numbers must know. */
export interface LiveNews {
  readonly seq: number;
  readonly atS: number;
  readonly kind: 'event' | 'warning';
  readonly text: string;
}

/** A fault that is or was in force; times in seconds since the origin, without an end while it is. */
export interface LiveFault {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number | undefined;
}

/** The run at this moment. */
export interface LiveNow {
  /** What goes on, such as `idle baseline`. */
  readonly phase: string;
  /** The latest moment of which anything is known, seconds since the origin. */
  readonly atS: number;
  /** Seconds that are left of the plan; undefined where nobody knows. */
  readonly leftS: number | undefined;
  /** Index of the step that runs. */
  readonly step: number | undefined;
  /** Of the last full second. */
  readonly plannedRps: number | undefined;
  readonly completedRps: number | undefined;
  readonly inFlight: number | undefined;
  /** Of the arrivals due in the last three seconds that have ended, microseconds. */
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** Failed, timed out or dropped since the start. */
  readonly lost: number;
  /** Whether somebody asked the run to stop. */
  readonly isStopping: boolean;
}

/** All that changed after `since`; 0 for everything there is. */
export interface LiveUpdate {
  /** The id of the run. */
  readonly run: string;
  readonly since: number;
  /** Counts changes; what to ask for next is what came after it. */
  readonly seq: number;
  readonly now: LiveNow;
  readonly series: readonly LiveSeriesChange[];
  /** Series that are not drawn because there are too many. */
  readonly undrawn: number;
  readonly steps: readonly LiveStep[];
  /** Failures by kind, the most frequent first; undefined when none came. */
  readonly errors: readonly (readonly [kind: string, count: number])[] | undefined;
  readonly news: readonly LiveNews[];
  /** All of them, in the order in which they began; undefined when none began or ended. */
  readonly faults?: readonly LiveFault[] | undefined;
}

/** How it ended for a page that watched: the report is there, or why there is none. */
export interface LiveEnd {
  readonly run: string;
  readonly report: boolean;
  readonly message: string;
}

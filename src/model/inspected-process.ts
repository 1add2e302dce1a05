/** What `inspect` says of one process within a log; its times count from its start. */
import { z } from 'zod';
import { placeSchema } from './inspected-input.ts';

const count = z.number().int().nonnegative();

const extremes = z
  .object({ first: z.number(), last: z.number(), min: z.number(), max: z.number(), mean: z.number() })
  .describe('What became of one value over all lines');

const series = z
  .object({
    name: z.string(),
    points: z
      .array(z.tuple([z.number(), z.number()]).readonly())
      .readonly()
      .describe('Seconds from the start of the process or log, and the value'),
  })
  .describe('Values over time, thinned so that every peak and valley stays');

const queuedMoment = placeSchema.extend({
  atMs: z.number(),
  runqueue: count,
  localRunqueues: count,
  idleprocs: count,
});

const sched = z
  .object({
    lines: count,
    detailLines: count,
    fromMs: z.number(),
    toMs: z.number(),
    intervalMs: z.number().describe('Usual time between two lines; 0 of a single one'),
    longestGapMs: z.number(),
    gomaxprocs: extremes,
    runqueue: extremes,
    localRunqueues: extremes.describe('Sum over all Ps'),
    idleprocs: extremes,
    threads: extremes,
    saturatedLines: count.describe('Lines that show waiting goroutines and no idle P'),
    roundsPerSecond: z.number().optional().describe('Scheduler rounds of all Ps; since Go 1.25'),
    worst: z.array(queuedMoment).readonly().describe('Moments at which most goroutines waited to run'),
  })
  .describe('What the SCHED lines say');

const pausedMoment = placeSchema.extend({
  cycle: count,
  atS: z.number().optional(),
  pauseMs: z.number(),
  heapLiveMib: z.number(),
});

const gc = z
  .object({
    cycles: count,
    firstCycle: count,
    lastCycle: count,
    missing: count.describe('Cycles between these two that the log does not hold'),
    forced: count,
    periodic: count.describe('Lines that announce the cycle which is due after two minutes without one'),
    fromS: z.number().optional(),
    toS: z.number().optional(),
    perMinute: z.number().optional().describe('Absent when the lines bear no time, or there is one only'),
    pauseMs: z.object({ p50: z.number(), p99: z.number(), max: z.number(), total: z.number() }),
    markMs: z.object({ mean: z.number(), max: z.number() }).optional(),
    cpuPercent: z
      .number()
      .optional()
      .describe('Share of CPU time since the start of the process, as the last line has it'),
    assistCpuMs: z.number().optional(),
    heapLiveMib: z.object({ first: z.number(), last: z.number(), min: z.number(), max: z.number() }),
    heapGoalMib: z.number().optional(),
    worst: z.array(pausedMoment).readonly().describe('Longest pause first'),
  })
  .describe('What the gc lines say');

const init = z
  .object({
    packages: count,
    clockMs: z.number(),
    bytes: z.number(),
    slowest: z.array(z.object({ package: z.string(), clockMs: z.number(), bytes: z.number() })).readonly(),
  })
  .describe('What the initialisation of packages took');

/** One process within a log. */
export const inspectedProcessSchema = z
  .object({
    name: z.string().describe('Unique within the log: its stream, where prefixes tell, and its number'),
    source: z.string(),
    first: placeSchema,
    last: placeSchema,
    sched: sched.optional(),
    gc: gc.optional(),
    scavenge: z.object({ lines: count, releasedKib: z.number() }).optional(),
    pacer: z.object({ lines: count }).optional(),
    init: init.optional(),
    series: z.array(series).readonly(),
  })
  .meta({ id: 'process' });

/** One process within a log. */
export type InspectedProcess = z.infer<typeof inspectedProcessSchema>;
/** Values over time. */
export type InspectSeries = InspectedProcess['series'][number];
/** What the SCHED lines of one process say. */
export type SchedSummary = NonNullable<InspectedProcess['sched']>;
/** What became of one value over all lines. */
export type Extremes = SchedSummary['gomaxprocs'];
/** A moment at which many goroutines waited to run. */
export type QueuedMoment = SchedSummary['worst'][number];
/** What the gc lines of one process say. */
export type GcSummary = NonNullable<InspectedProcess['gc']>;
/** A collection with a long pause. */
export type PausedMoment = GcSummary['worst'][number];
/** What the initialisation of packages took. */
export type InitSummary = NonNullable<InspectedProcess['init']>;

/** The contract: what `inspect --json` says of its inputs, the same for every rendering. */
import { z } from 'zod';
import { inspectedGroupSchema, snapshotSchema } from './inspected-goroutines.ts';
import { inspectedInput, rejectedSchema } from './inspected-input.ts';
import { inspectedProcessSchema } from './inspected-process.ts';
import { inspectedTraceSchema } from './inspected-trace.ts';
import { changesSchema } from './inspection-changes.ts';

const count = z.number().int().nonnegative();

const records = z
  .array(z.looseObject({ kind: z.string() }))
  .optional()
  .describe('With --records: every line, goroutine, stack or interval that was read');

const log = z
  .object({
    ...inspectedInput,
    kind: z.enum(['log', 'dump']).describe('dump: goroutine dumps and nothing else'),
    processes: z.array(inspectedProcessSchema).readonly(),
    processesLeftOut: count.describe('Processes beyond those that are kept; they are in the counts'),
    dumps: z.array(snapshotSchema).readonly(),
    dumpsLeftOut: count.describe('Dumps beyond those that are kept; they are in the counts'),
    groups: z.array(inspectedGroupSchema).readonly().describe('Of the last dump'),
    rejects: z.array(rejectedSchema).readonly(),
    records,
  })
  .meta({ id: 'log', description: 'A log of a service, with goroutine dumps in it or not' });

const profile = z
  .object({
    ...inspectedInput,
    kind: z.literal('profile'),
    profile: z.string().describe('What it is of: `cpu`, `heap`, `goroutine`, `mutex or block` and so on'),
    columns: z.array(z.object({ type: z.string(), unit: z.string(), total: z.number() })).readonly(),
    column: count.describe('That functions and flame are of'),
    takenAt: z.string().optional(),
    durationMs: z.number().optional(),
    stacks: count,
    functions: z.array(z.object({ name: z.string(), flat: z.number(), cum: z.number() })).readonly(),
    functionsLeftOut: count,
    flame: z
      .array(z.tuple([z.number(), z.string(), z.number()]).readonly())
      .readonly()
      .describe('Depth, function and value of each node of the call tree, callers before those they called'),
    snapshot: snapshotSchema.optional().describe('Of a goroutine profile'),
    groups: z.array(inspectedGroupSchema).readonly(),
    records,
  })
  .meta({ id: 'profile', description: 'A pprof profile, binary or text' });

const point = z.object({
  atS: z.number(),
  lengthS: z.number(),
  count,
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

const histograms = z
  .object({
    ...inspectedInput,
    kind: z.literal('hlog'),
    unit: z.enum(['ns', 'us', 'ms', 's', 'bytes', '']).describe('As a comment or the user says, never by guess'),
    unitFrom: z.string(),
    startedAt: z.string().optional(),
    tags: z
      .array(
        z.object({
          tag: z.string().describe('Empty for intervals without one'),
          intervals: count,
          whole: point,
          mean: z.number(),
          points: z.array(point).readonly().describe('Each merged from whole intervals, never averaged'),
        }),
      )
      .readonly(),
    rejects: z.array(rejectedSchema).readonly(),
    records,
  })
  .meta({ id: 'hlog', description: 'A HdrHistogram log' });

const inspection = z.discriminatedUnion('kind', [log, profile, histograms, inspectedTraceSchema]);

/** The whole of what is printed: one input as a document of its own, several in one with what changed between them. */
export const inspectionSchema = z
  .union([inspection, z.object({ inputs: z.array(inspection).readonly(), changes: z.array(changesSchema).readonly() })])
  .describe('What rampart inspect says of one input, or of several');

/** A log of a service. */
export type LogInspection = z.infer<typeof log>;
/** A pprof profile. */
export type ProfileInspection = z.infer<typeof profile>;
/** A HdrHistogram log. */
export type HistogramInspection = z.infer<typeof histograms>;
/** What one input says. */
export type Inspection = z.infer<typeof inspection>;
/** Percentiles of one stretch of a histogram log, in its own unit. */
export type HistogramPoint = z.infer<typeof point>;
/** What a histogram log holds under one tag. */
export type InspectedTag = HistogramInspection['tags'][number];
/** The units that the values of a histogram log may have; empty where nobody says it. */
export type HistogramUnit = HistogramInspection['unit'];

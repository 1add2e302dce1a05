/** What `inspect` says of an execution trace: the requests in it, and where slow ones spent their time against ordinary ones. */
import { z } from 'zod';
import { inspectedInput } from './inspected-input.ts';

const count = z.number().int().nonnegative();
const us = z.number().nonnegative();

/** Some of a request's time. */
export const inspectedPartSchema = z.object({
  what: z
    .enum([
      'running',
      'runnable',
      'gc-assist',
      'gc',
      'stw',
      'lock',
      'join',
      'channel',
      'select',
      'condition',
      'pool',
      'downstream',
      'client',
      'sleep',
      'syscall',
      'unknown',
    ])
    .describe(
      'runnable: waited for a processor. gc-assist: did work of the collector for memory it asked for. stw: the world was stopped. pool: waited for a connection. client: read the request or wrote its answer',
    ),
  site: z.string().describe('Where in the code; empty where a state has no place'),
  us,
});

const cohort = z.object({
  count,
  meanUs: us,
  parts: z
    .array(inspectedPartSchema)
    .readonly()
    .describe('Greatest first; they add up to the mean, but for what is below a thousandth of it'),
  ranInstead: z
    .array(z.object({ use: z.string(), us }))
    .readonly()
    .describe('What processors did while these requests were runnable, a mean of all processors'),
});

/** The requests of one route, or of all. */
export const inspectedRouteSchema = z.object({
  route: z
    .string()
    .optional()
    .describe('A task of the program, else the function that handled it; none where neither is seen'),
  count,
  p50Us: us,
  p90Us: us,
  p99Us: us,
  maxUs: us,
  typical: cohort.optional().describe('Those between the 40th and the 60th percentile'),
  slow: cohort.optional().describe('The slowest 1 %; only where those are 20 or more'),
});

/** One of the slowest requests. */
export const slowRequestSchema = z.object({
  atS: z.number().describe('Its begin, since the begin of the trace'),
  us,
  goroutine: z.number(),
  route: z.string().optional(),
  parts: z.array(inspectedPartSchema).readonly(),
  order: z
    .array(inspectedPartSchema.extend({ fromUs: us.describe('Since the begin of the request') }))
    .readonly()
    .optional()
    .describe('The same in the order in which it was, at most 40 stretches; absent in results of older versions'),
  merged: z
    .object({ count, us })
    .optional()
    .describe('Short stretches that are parts of their neighbours in `order`, as there were more than 40'),
});

/** How many requests there were of which kind. */
export const tracedCountsSchema = z.object({
  found: count.describe('That began and ended within the trace'),
  censored: count.describe('That began before it, or were under way at its end'),
  unanswered: count.describe('Whose connection ended, or was taken over by the program, before the answer did'),
  ofTracer: count.describe('Of the recording itself'),
});

/** An execution trace. */
export const inspectedTraceSchema = z
  .object({
    ...inspectedInput,
    kind: z.literal('trace'),
    format: z.string().describe('The release whose format it has: 1.23 for 1.24, and 1.26 for 1.27'),
    coveredS: z.number(),
    generations: count,
    events: count,
    procs: count,
    incomplete: z.string().optional().describe('Why it was read no further'),
    requests: tracedCountsSchema,
    drawn: count
      .optional()
      .describe(
        'So many of the requests, drawn by lot, are those that `all` and `routes` count and tell of, because there are more than are held in memory; absent where these tell of all. `maxUs` of `all` and `slowest` are always of all',
      ),
    all: inspectedRouteSchema.optional(),
    routes: z.array(inspectedRouteSchema).readonly().describe('Most requests first'),
    routesLeftOut: count,
    slowest: z.array(slowRequestSchema).readonly(),
    records: z
      .array(z.looseObject({ kind: z.string() }))
      .optional()
      .describe('With --records: every request'),
  })
  .meta({ id: 'trace', description: 'An execution trace' });

/** An execution trace. */
export type TraceInspection = z.infer<typeof inspectedTraceSchema>;
/** The requests of one route, or of all. */
export type InspectedRoute = z.infer<typeof inspectedRouteSchema>;
/** Some requests of it, on average. */
export type RequestCohort = z.infer<typeof cohort>;
/** One of the slowest requests. */
export type SlowRequest = z.infer<typeof slowRequestSchema>;
/** A part of the time of a request. */
export type InspectedPart = z.infer<typeof inspectedPartSchema>;

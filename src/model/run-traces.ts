/** What short execution traces that were taken over a run say: where the time of requests went, by step and service. */
import { z } from 'zod';
import { clientWaitSchema } from './client-wait.ts';
import { inspectedRouteSchema, slowRequestSchema, tracedCountsSchema } from './inspected-trace.ts';

const count = z.number().int().nonnegative();
const us = z.number().nonnegative();
const file = z.string().describe('Relative to the run directory, for rampart inspect and go tool trace');

const answers = z.object({
  count: count.describe('Arrivals that were due in these seconds'),
  p50Us: us,
  p99Us: us,
});

/** One window that was kept. */
const keptWindow = z.object({
  target: z.string(),
  step: z.string(),
  atUs: z.number().describe('When it was asked for, microseconds since the origin of the run'),
  untilUs: z.number().describe('When the target was to end it'),
  kept: z
    .enum(['slow', 'ordinary'])
    .describe(
      'slow: of those of its target and step in which the client saw its slowest responses. ordinary: drawn by lot from the others',
    ),
  slowestUs: us
    .optional()
    .describe(
      'The slowest response to an arrival due in the window, of whatever target, in whole tenths of a second; absent where none was due',
    ),
  bytes: count,
  file,
});

/** Looks that came to nothing, those of one reason together. */
const missed = z.object({
  target: z.string(),
  step: z.string(),
  outcome: z
    .enum(['absent', 'busy', 'timed out', 'left out', 'failed'])
    .describe('busy: somebody else was tracing. left out: not begun at all'),
  message: z.string(),
  count,
});

const slowest = slowRequestSchema.extend({
  target: z.string(),
  atUs: z.number().describe('Its begin, microseconds since the origin of the run'),
  file,
});

/** What the windows that were kept say of one service in one step. */
const tracedStep = z.object({
  step: z.string().describe('Its name'),
  service: z.string(),
  targets: z.array(z.string()).describe('Those that windows were kept of'),
  windows: z.object({
    taken: count.describe('With those that were dropped again'),
    slow: count.describe('Kept because of slow responses'),
    ordinary: count.describe('Kept beside them'),
    read: count.describe('Of those kept, those whose requests stand here'),
  }),
  coveredS: z.number().describe('Seconds of the windows that were read'),
  requests: tracedCountsSchema,
  all: inspectedRouteSchema
    .optional()
    .describe('All requests of these windows, which have more slow ones than the step as a whole'),
  routes: z.array(inspectedRouteSchema).describe('Most requests first'),
  routesLeftOut: count,
  slowest: z.array(slowest).describe('Slowest first; atS is since the begin of the trace in its file'),
  client: z
    .object({ traced: answers, untraced: answers })
    .optional()
    .describe(
      'What the client saw in the seconds of the step in which this service was traced, and in those in which nothing was; absent where there were none of either',
    ),
  clientWait: clientWaitSchema
    .optional()
    .describe(
      'Exchanges of the client joined with these requests; only of the service that the load is sent to, and not in runs of older versions',
    ),
  notes: z.array(z.string()).describe('What limits what is said here, such as a trace that was cut off'),
});

/** The whole of it. */
export const runTracesSchema = z
  .object({
    windowUs: us.describe('How long each window was asked to be'),
    everyUs: us.describe('One was taken in each such stretch of a step'),
    steps: z.array(tracedStep).describe('By step and service, in the order of the steps; only those with windows'),
    windows: z.array(keptWindow).describe('In the order of time'),
    missed: z.array(missed),
  })
  .describe('Short execution traces over the run, of one target at a time; absent where none were asked for');

/** What short execution traces over a run say. */
export type RunTraces = z.infer<typeof runTracesSchema>;
/** The same of one service in one step. */
export type TracedStep = RunTraces['steps'][number];
/** One window that was kept. */
export type KeptWindow = RunTraces['windows'][number];

/** What `observe.trace` of a scenario asks for: windows kept of each step and target, and times in milliseconds. */
export interface TraceOptions {
  readonly slowest: number;
  readonly windowMs: number;
  readonly everyMs: number;
}

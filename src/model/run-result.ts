/** The contract: what one run found, as `result.json`. The zod schema is the source; the type and `result.schema.json` follow from it. */
import { z } from 'zod';
import { calibrationSchema } from './calibration.ts';
import { diagnosisSchema, findingSchema } from './finding.ts';
import { goProgramSchema } from './go-program.ts';
import { heatSchema, spectrumSchema } from './latency-shape.ts';
import { localQueuesSchema } from './local-queues.ts';
import { machineSchema } from './machine.ts';
import { outcomeCountsSchema } from './outcome-counts.ts';
import {
  gcShareSchema,
  goroutineLeakSchema,
  goroutineSiteSchema,
  hotSpotSchema,
  stepProfileSchema,
} from './step-runtime.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const resultSchemaVersion = 1;

const count = z.number().int().nonnegative();
const atUs = z.number().describe('Microseconds since the origin of the run, monotonic clock');

const latency = z
  .object({
    count,
    mean: z.number(),
    p50: z.number(),
    p90: z.number(),
    p95: z.number(),
    p99: z.number(),
    p999: z.number(),
    max: z.number(),
  })
  .describe('Latency in microseconds; all zero when count is zero');

const stepLoad = z.object({
  plannedRps: z
    .number()
    .describe(
      'Arrivals due in the step divided by its duration; in a closed loop, which plans none, requests that were started',
    ),
  sentRps: z.number().describe('Requests first written during the step divided by its duration'),
  completedRps: z
    .number()
    .describe('Answers that ended during the step, whatever step they were due in, divided by its duration'),
  ...outcomeCountsSchema.shape,
  resent: count
    .optional()
    .describe(
      'Requests sent once more, because nothing of the first sending can have been processed; absent in runs of older versions',
    ),
  unsent: count
    .optional()
    .describe(
      'Arrivals that ended without anything sent, and sendings that the target cannot have read: it has read planned - unsent + resent requests, or fewer where it closed connections without reading what was in them',
    ),
});

const phases = z
  .object({
    connectUs: latency.describe('From the dial to the connection, per connection that was opened'),
    tlsUs: latency.describe('The handshake of TLS, per connection that was opened'),
    firstByteUs: latency.describe('From the request written to the first byte of its answer, per answer'),
  })
  .describe('What exchanges consisted of; absent where the engine does not see it');

/** Also of the steps of a comparison. */
export const ownErrorSchema = z
  .object({ p50: z.number(), p90: z.number(), p95: z.number(), p99: z.number(), p999: z.number() })
  .describe(
    'How much of each percentile of responseUs may be the generator and its machine: at most so many microseconds, with 95 % confidence. It follows from echoUs and lagUs',
  );

/** Also of the steps of a comparison. */
export const inFlightSchema = z
  .object({
    mean: z.number().describe('Over the time of the step, of arrivals due in whatever step'),
    atEnd: z.number().describe('At the last look in the step'),
    ofStep: z
      .number()
      .optional()
      .describe(
        'Of the arrivals due in the step: the time they were under way until their outcomes, divided by its duration',
      ),
    expected: z
      .number()
      .optional()
      .describe(
        "The same by Little's law: arrivals per second times mean response time; absent in a run that was cut off",
      ),
  })
  .describe(
    'Requests under way or waiting for a connection, from due to outcome: counted at each arrival and each outcome, not made from latencies; absent in a closed loop',
  );

const stepRequest = z.object({
  name: z.string(),
  ...outcomeCountsSchema.shape,
  responseUs: latency,
  serviceUs: latency,
});

const step = z.object({
  name: z.string(),
  kind: z.enum(['warmup', 'measure', 'drain']),
  startUs: atUs,
  durationUs: z.number(),
  load: stepLoad,
  responseUs: latency.describe(
    'From the moment an arrival was due to its last byte; failures and timeouts at their elapsed time',
  ),
  serviceUs: latency.describe('From the first byte sent to the last byte received'),
  spectrum: spectrumSchema.optional(),
  lagUs: latency.describe('How late the generator itself was although a connection was free'),
  echoUs: latency
    .optional()
    .describe(
      'What an echo of the generator took to answer at once, from the moment a stamp was due to its reading, through the same threads and the same event loop; absent in a closed loop',
    ),
  ownErrorUs: ownErrorSchema.optional(),
  phases: phases.optional(),
  inFlight: inFlightSchema.optional(),
  requests: z
    .array(stepRequest)
    .optional()
    .describe('The same by request, in the order of the scenario; only where it has several'),
  errors: z.record(z.string(), count),
  targets: z.record(
    z.string(),
    z.record(z.string(), z.object({ mean: z.number(), min: z.number(), max: z.number(), last: z.number() })),
  ),
  goroutines: z.array(goroutineSiteSchema).describe('Where goroutines were, most first'),
  leftOut: z
    .object({ series: count, stacks: count })
    .optional()
    .describe(
      'How many series of its targets and stacks of goroutines a step has beyond these, in a run with too many steps and targets for a result; findings are made from all, which stay in raw/',
    ),
  gc: z
    .array(gcShareSchema)
    .optional()
    .describe('What garbage collection took of each target that printed gc lines; absent where none did'),
  profiles: z
    .array(stepProfileSchema)
    .optional()
    .describe('Which profiles were taken in the step, and why others were not'),
  hot: z.array(hotSpotSchema).optional().describe('What the profiles of each service say'),
});

/** Also of the runs of a comparison. */
export const invalidReasonSchema = z.object({ code: z.string(), message: z.string(), step: z.string().optional() });

const clock = z.object({
  target: z.string(),
  source: z.string().describe('The sampler whose stamps these are'),
  method: z
    .enum(['http-middle', 'at-request', 'read-here', 'least-delay'])
    .describe(
      'http-middle: each look is stamped with the middle of its exchange. at-request: what the target collects over a time is taken to begin when it was asked for. read-here: read on this machine, stamped with the middle of the read. least-delay: the target (or its engine) stamps; the least difference to arrival here is its offset, because lines arrive late but never early',
    ),
  offsetUs: z
    .number()
    .describe(
      "To add to the source's own time (microseconds since its zero; of wall clocks, since the run's origin) to have the time of the run; 0 where we stamp",
    ),
  uncertaintyUs: z
    .number()
    .optional()
    .describe(
      "How far a stamp may be from the truth. http-middle, read-here: half of the longest look. at-request: how much longer than the time asked for the slowest answer took; it may have begun that much later, never earlier. least-delay: the resolution of the source's stamps and the delay of the median line after the quickest, for which the delay of the quickest itself, which cannot be seen, is taken. Absent where too few stamps were seen to tell",
    ),
  typicalUs: z.number().optional().describe('The same for the median look'),
  stamps: count.describe('How many this is from'),
});

const point = z.tuple([atUs, z.number()]).describe('When it was seen, and the value');

const bucketPoint = z
  .tuple([atUs, z.number(), z.number(), z.number()])
  .describe('The middle of its time, and mean, least and greatest of the values seen in it');

/** The whole of `result.json`. */
export const runResultSchema = z
  .object({
    schemaVersion: z.literal(resultSchemaVersion),
    kind: z.literal('run'),
    id: z.string(),
    startedAt: z.string().describe('Wall time of the origin, ISO 8601, UTC'),
    tool: z.object({ name: z.literal('rampart'), version: z.string() }),
    scenario: z.looseObject({
      name: z.string(),
      description: z.string(),
      seed: z.number().optional().describe('Absent where nothing was sent'),
      load: z
        .looseObject({
          mode: z.string().describe('The load engine: open, closed, or another'),
          arrivals: z.string(),
          maxConnections: z.number(),
          timeoutMs: z.number(),
        })
        .optional()
        .describe(
          'What was sent. Absent: rampart observe, which sends nothing; all counts are zero, and there are no limits of validity for a generator',
        ),
    }),
    environment: z.object({
      engine: z.string().describe('Topology engine: compose, process, external or observe'),
      ...machineSchema.shape,
      facts: z
        .record(z.string(), z.string())
        .describe('What the engine says of itself, such as Docker and Go versions'),
      targets: z.array(z.object({ id: z.string(), service: z.string(), go: goProgramSchema.optional() })),
    }),
    calibration: calibrationSchema
      .optional()
      .describe('What the machine can tell at best; only when it was calibrated'),
    status: z.enum(['complete', 'partial', 'failed']),
    failure: z
      .object({ code: z.string(), message: z.string(), hint: z.string().optional(), exitCode: z.number() })
      .optional(),
    validity: z.object({ verdict: z.enum(['valid', 'invalid']), reasons: z.array(invalidReasonSchema) }),
    warnings: z.array(z.string()),
    observers: z
      .array(z.object({ kind: z.string(), cost: z.string() }))
      .describe('Samplers that ran, and what each costs the target'),
    steps: z.array(step),
    heat: heatSchema.optional(),
    series: z.array(
      z.object({
        name: z.string(),
        target: z.string(),
        unit: z.string(),
        source: z.string(),
        bucketUs: z
          .number()
          .positive()
          .optional()
          .describe(
            'How long each stretch of time is that a point stands for. Absent: each point is one value as it was seen. A run with too many points for a result has buckets of one length; every value is in raw/',
          ),
        points: z
          .array(z.union([point, bucketPoint]))
          .describe('In the order of time; all of them buckets where the series has bucketUs, else none of them'),
      }),
    ),
    localQueues: z
      .array(localQueuesSchema)
      .optional()
      .describe(
        'Of each target that had goroutines on the local run queue of a P when schedtrace looked; absent where none had, and in runs of older versions',
      ),
    leaks: z
      .array(goroutineLeakSchema)
      .optional()
      .describe(
        "Goroutines that nothing can wake any more, by the runtime's own search (/debug/pprof/goroutineleak) after the load; absent where no target could be asked, empty where none was found",
      ),
    clocks: z
      .array(clock)
      .optional()
      .describe("How each source's stamps stand to the clock of the run; absent in runs of older versions"),
    events: z.array(z.object({ atUs, target: z.string().optional(), kind: z.string(), message: z.string() })),
    gaps: z.array(z.object({ atUs, target: z.string(), source: z.string(), count, message: z.string() })),
    findings: z
      .array(findingSchema)
      .describe('Causes first, then what follows from them; results of older versions have the most severe first'),
    diagnosis: diagnosisSchema.optional().describe('Absent in results of older versions, and of observations'),
    slo: z.array(
      z.object({
        rule: z.string(),
        step: z.string().optional(),
        observed: z.string(),
        outcome: z
          .enum(['pass', 'fail', 'cannot-tell', 'no-data'])
          .describe("cannot-tell: it fails by no more than what may be the generator's own"),
      }),
    ),
  })
  .describe('One run of rampart');

/** What one run found; see `result.schema.json`. */
export type RunResult = z.infer<typeof runResultSchema>;
/** One step of a result. */
export type StepResult = RunResult['steps'][number];
/** A stretch of a series: its middle, mean, least and greatest value. */
export type BucketPoint = z.infer<typeof bucketPoint>;
/** One series of a result: values of one target over time, in buckets where there were too many. */
export type ResultSeries = RunResult['series'][number];
/** One series in full detail, as analysis looks at it. */
export interface Series extends Omit<ResultSeries, 'points' | 'bucketUs'> {
  points: [atUs: number, value: number][];
}
/** Why a run is invalid. */
export type InvalidReason = RunResult['validity']['reasons'][number];
/** One rule and what came of it. */
export type SloOutcome = RunResult['slo'][number];

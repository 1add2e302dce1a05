/** The contract: what one run found, as `result.json`. The zod schema is the source; the type and `result.schema.json` follow from it. */
import { z } from 'zod';
import { calibrationSchema } from './calibration.ts';
import { conditionOutcomeSchema, convergenceSchema, faultOutcomeSchema, roleOutcomeSchema } from './fault-outcome.ts';
import { diagnosisSchema, findingSchema } from './finding.ts';
import { generatorSchema } from './generators.ts';
import { goProgramSchema } from './go-program.ts';
import { heatSchema } from './latency-shape.ts';
import { localQueuesSchema } from './local-queues.ts';
import { machineSchema } from './machine.ts';
import { runTracesSchema } from './run-traces.ts';
import { sentToSchema } from './sent-to.ts';
import { stepSchema } from './step-result.ts';
import { goroutineLeakSchema } from './step-runtime.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const resultSchemaVersion = 1;

const count = z.number().int().nonnegative();
const atUs = z.number().describe('Microseconds since the origin of the run, monotonic clock');

/** Also of the runs of a comparison. */
export const invalidReasonSchema = z.object({ code: z.string(), message: z.string(), step: z.string().optional() });

/** The end of a run by one of its own rules. */
const earlyEndSchema = z.object({
  rule: z.string(),
  brokenIn: z.string().optional().describe('The step in which it was broken; absent: in all measured steps together'),
  step: z.string().describe('The step that was cut short'),
  atUs: atUs.describe('When the load was told to end: microseconds since the origin of the run'),
  observed: z.string().describe('What the rule was broken by, as it was known then'),
  notRun: z.array(z.string()).describe('Steps that did not begin'),
});

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
    tags: tagsSchema.optional(),
    scenario: z.looseObject({
      name: z.string(),
      description: z.string(),
      seed: z.number().optional().describe('Absent where nothing was sent'),
      load: z
        .looseObject({
          mode: z.string().describe('The load engine: open, closed, or another'),
          arrivals: z.string().describe('uniform, poisson or recorded'),
          recording: z
            .object({
              file: z.string(),
              speed: z.number(),
              fromMs: z.number(),
              whole: z
                .object({ arrivals: z.number(), lastsMs: z.number() })
                .optional()
                .describe('How many arrivals the whole file has, and how long it lasts at its own speed'),
            })
            .optional()
            .describe('The recording that arrivals followed: so many times as fast, from a moment of it on'),
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
      sentTo: sentToSchema.optional(),
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
    generators: z
      .array(generatorSchema)
      .optional()
      .describe('Those that sent the load together; absent where this machine sent it alone'),
    steps: z.array(stepSchema),
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
    traces: runTracesSchema.optional(),
    clocks: z
      .array(clock)
      .optional()
      .describe("How each source's stamps stand to the clock of the run; absent in runs of older versions"),
    events: z.array(z.object({ atUs, target: z.string().optional(), kind: z.string(), message: z.string() })),
    gaps: z.array(
      z.object({
        atUs,
        untilUs: atUs.optional().describe('When it was over; absent where each look is a moment, or nobody knows'),
        target: z.string(),
        source: z.string(),
        count,
        message: z.string(),
      }),
    ),
    findings: z
      .array(findingSchema)
      .describe('Causes first, then what follows from them; results of older versions have the most severe first'),
    faults: z
      .array(faultOutcomeSchema)
      .optional()
      .describe('In the order in which they began; absent where none were asked for'),
    conditions: z.array(conditionOutcomeSchema).optional().describe('Absent where the scenario has none'),
    convergences: z
      .array(convergenceSchema)
      .optional()
      .describe('Of each condition after the start and after each fault; absent where the scenario has no conditions'),
    roles: z.array(roleOutcomeSchema).optional().describe('Absent where the scenario has none'),
    diagnosis: diagnosisSchema.optional().describe('Absent in results of older versions, and of observations'),
    endedEarly: earlyEndSchema
      .optional()
      .describe('The rule that ended the run before its time, which then is partial; absent where none did'),
    slo: z.array(
      z.object({
        rule: z.string(),
        step: z
          .string()
          .optional()
          .describe('Absent: it is of the whole run, of a fault or of a condition, or it met no step'),
        observed: z.string(),
        value: z
          .number()
          .optional()
          .describe(
            'What was observed, in its unit; 3600000000 microseconds of a percentile: that of arrivals without a good answer. Absent where it is no number',
          ),
        least: z
          .number()
          .optional()
          .describe(
            'Of a percentile of which it is not known how fast failures were within it: the least that it may be, where value is the most',
          ),
        unit: z
          .enum(['us', 'share', 'count', 'rps'])
          .optional()
          .describe('us: microseconds. share: of the arrivals, 0 to 1. count: arrivals. rps: per second'),
        arrivals: count.optional().describe('Of how many arrivals that is; absent where it is of none'),
        outcome: z
          .enum(['pass', 'fail', 'cannot-tell', 'no-data', 'not-run'])
          .describe(
            "cannot-tell: it fails by no more than what may be the generator's own, it depends on how fast failures came, too few answers stand behind a percentile, or the run was ended before it could be told. not-run: what it is about never began, because a rule ended the run",
          ),
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
/** Which rule ended a run, and where. */
export type EarlyEnd = z.infer<typeof earlyEndSchema>;
/** One rule and what came of it. */
export type SloOutcome = RunResult['slo'][number];

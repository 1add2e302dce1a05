/**
 * The contract: what a comparison of settings did and found, as `comparison.json`. The zod schema is the source; the type and
 * `comparison.schema.json` follow from it.
 */
import { z } from 'zod';
import { armConvergenceSchema, armFaultSchema } from './arm-faults.ts';
import { codeChangesSchema } from './code-changes.ts';
import { outcomeCountsSchema } from './outcome-counts.ts';
import { pricesSchema } from './prices.ts';
import { invalidReasonSchema } from './run-result.ts';
import { inFlightSchema, ownErrorSchema } from './step-result.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const comparisonSchemaVersion = 2;

const count = z.number().int().nonnegative();

const outcomes = outcomeCountsSchema.extend({
  resent: count.optional().describe('Requests that were sent once more; absent in runs of older versions'),
});

const armStep = z.object({
  name: z.string(),
  rps: z.number().describe('Planned requests per second'),
  completedRps: z.number().describe('Answers that ended during the step, divided by its duration'),
  windowSeconds: z.number().describe('One second, or as many as give p99 four answers beyond it'),
  windows: z
    .array(z.object({ p99Us: z.number(), isDisturbed: z.boolean() }))
    .describe(
      'Response p99 of each window in the order of time, microseconds; disturbed: the hypervisor took CPU away',
    ),
  response: z.string().describe('Response times of the whole step: HdrHistogram V2, compressed, base64, microseconds'),
  lost: z
    .string()
    .optional()
    .describe(
      'Those among them of arrivals without a good answer, alike; absent where every arrival had one, and in runs of older versions',
    ),
  counts: outcomes,
  lagP99Us: z.number(),
  ownErrorUs: ownErrorSchema.optional(),
  inFlight: inFlightSchema.optional(),
  utilisation: z.number().optional().describe('Busiest part of what was loaded, 0 to 1: the machine or one replica'),
  cpuUsPerRequest: z.number().optional().describe('CPU time of all targets for each completed request, microseconds'),
  memoryMib: z.number().optional().describe('Most memory that each target held, summed over them'),
  gcCpuPercent: z.number().optional().describe('Share of their CPU time that the garbage collector took'),
  series: z
    .record(z.string(), z.number())
    .optional()
    .describe('By `<service> <series>`: the mean over the step and the replicas'),
  places: z
    .object({
      values: z.record(z.string(), z.number()).describe('By `<service> <series>`: of the next largest'),
      most: z.record(z.string(), z.number()).describe('By `<service> <kind>`: the most that any other may be'),
    })
    .optional()
    .describe(
      'Of places in the code, of which only the largest are among series; absent where nothing looked at them, and in runs of older versions',
    ),
});

/** By service, how the Go program of its first replica was built. */
export const buildsSchema = z
  .record(z.string(), z.object({ version: z.string(), settings: z.record(z.string(), z.string()) }))
  .describe('By service: the Go that built its program, and its build settings as `go version -m` prints them');

const armRun = z.object({
  round: z.number().int().positive(),
  variant: z.string(),
  position: count.describe('Place in the order of its round, from 0'),
  attempt: z.number().int().positive().describe('2 and 3 repeat an invalid run'),
  directory: z.string().describe('Its run directory, relative to that of the comparison'),
  startedAt: z.string(),
  tookMs: z.number().describe('From start to everything down and analysed'),
  invalid: z.array(invalidReasonSchema),
  builds: buildsSchema.optional().describe('Absent where nobody could tell, and in runs of older versions'),
  images: z
    .record(z.string(), z.string())
    .optional()
    .describe('By service, the image that its pods ran, with its digest; absent where no cluster says so'),
  nodes: z.record(z.string(), z.string()).optional().describe('By service, the nodes that its pods were on'),
  steps: z.array(armStep).describe('Measured steps; none of an invalid run'),
  ruled: z
    .array(
      z.object({
        rule: z.string(),
        step: z.string().optional().describe('Absent: over the whole run'),
        value: z.number().describe('Microseconds, a share, a number of arrivals or a rate, as the rule has it'),
        least: z
          .number()
          .optional()
          .describe(
            'Of a percentile of which it is not known how fast failures were within it: the least that it may be, where value is the most',
          ),
        arrivals: count,
      }),
    )
    .optional()
    .describe(
      'What rules of the scenario saw that are about more than the latencies and counts of a step; absent where there are none, and in runs of older versions',
    ),
  faults: z.array(armFaultSchema).optional().describe('Of a valid run; absent where there were none'),
  convergences: z.array(armConvergenceSchema).optional().describe('Of a valid run; absent where there were none'),
});

const variant = z.object({
  name: z.string(),
  settings: z
    .record(z.string(), z.string())
    .describe('What it sets beyond the scenario, by path: `env.loadbalancer.GOGC`, `scale.downstream`'),
  digest: z.string().describe('Of the whole scenario of this variant'),
});

const interval = z.object({
  estimate: z
    .number()
    .nullable()
    .describe(
      'null: no number, as in some round one of them had no p99 for want of answers, or nothing of what the other had some of',
    ),
  low: z.number().nullable().describe('null: unbounded'),
  high: z.number().nullable(),
});

const metricId = z
  .enum(['p99', 'slow-share', 'throughput', 'cpu', 'memory', 'gc'])
  .describe('throughput: answers per second at the highest rate; cpu: of one request; gc: its share of CPU');

const contrast = z.object({
  metric: metricId,
  variant: z.string(),
  against: z.string(),
  step: z.string().optional().describe('Absent: all judged steps together'),
  percent: interval.describe('Change of `variant` against `against`, in percent; of shares in percentage points'),
  p: z.number().describe('Adjusted for every contrast of its family'),
  verdict: z.enum(['better', 'worse', 'not shown']),
  detectablePercent: z
    .number()
    .nullable()
    .describe('A change of this size would have been shown with a probability of 80 %'),
});

const metricValue = z.object({
  variant: z.string(),
  values: z.partialRecord(metricId, z.number()).describe('Median over the rounds by metric'),
  errorShare: z.number().describe('Arrivals without a good answer, of all that were planned in judged rounds'),
  costPerMillion: z.number().optional(),
  isOnFront: z.boolean().describe('No other variant is at least as good in every metric and better in one'),
});

const curvePoint = z.object({
  step: z.string(),
  rps: z.number(),
  p99Us: z.number(),
  lowUs: z.number(),
  highUs: z.number(),
});

const explanation = z.object({
  links: z
    .array(z.object({ text: z.string(), series: z.string().optional() }))
    .describe('In the order of cause: settings, work for each answer, waits, resources, what follows, and users last'),
});

const waitContrast = z.object({
  variant: z.string(),
  against: z.string(),
  percent: z
    .object({ estimate: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })
    .describe(
      'How much longer `variant` took; null is no number: one of them never came to an end, or had nothing to wait for',
    ),
  p: z
    .number()
    .describe('Adjusted for all waits and pairs; one that never ended counts as longer than any, and is no number'),
  verdict: z.enum(['better', 'worse', 'not shown']),
  leftOut: count.describe('Rounds in which one is not known, or neither came to an end'),
});

const wait = z.object({
  kind: z.enum(['recovery', 'converged']),
  of: z.string().describe('The fault, or the condition and the event that it came after'),
  variants: z.array(
    z.object({
      variant: z.string(),
      took: count.describe('Rounds in which it came to an end'),
      none: count.describe('Rounds in which there was nothing to wait for: no harm, or it never ceased to hold'),
      never: count.describe('Rounds in which it did not come to an end'),
      unknown: count.describe('Rounds of which nobody can tell'),
      metastable: count.describe('Of `never`, those that went on although the fault had long ended'),
      meanUs: z
        .number()
        .optional()
        .describe('Over the rounds in which it took a time; absent where it did not come to an end in any'),
      lowUs: z.number().optional().describe("Of Student's 95 % interval of the mean"),
      highUs: z.number().optional(),
      timesUs: z.array(z.number().nullable()).describe('By judged round; null where it is no number'),
    }),
  ),
  contrasts: z.array(waitContrast),
});

const judgement = z.object({
  outcome: z.enum(['judged', 'cannot tell', 'invalid']),
  message: z.string(),
  rounds: z.array(z.number()).describe('Rounds in which every judged variant has a valid run'),
  variants: z.array(z.string()).describe('Variants that are judged'),
  missing: z.array(z.string()).describe('What could not be used, and why'),
  metrics: z.array(
    z.object({
      id: metricId,
      title: z.string(),
      unit: z.string(),
      better: z.enum(['low', 'high']),
      best: z.string().optional().describe('Shown better than every other variant'),
      note: z.string(),
    }),
  ),
  summary: z.array(metricValue),
  contrasts: z.array(contrast),
  curves: z
    .array(z.object({ variant: z.string(), points: z.array(curvePoint) }))
    .describe('p99 by rate: median over the rounds, and a 95 % interval of each alone'),
  associated: z
    .array(
      z.object({
        variant: z.string(),
        series: z.string(),
        unit: z.string(),
        before: z.number(),
        after: z.number(),
        q: z.number(),
      }),
    )
    .describe('Runtime series that differ from the first variant: associated, not shown to be causes'),
  built: z
    .array(z.object({ variant: z.string(), service: z.string(), changes: z.array(z.string()) }))
    .optional()
    .describe(
      'Services whose programs were built otherwise than those of the first variant, and how; absent where all are alike',
    ),
  explanations: z
    .array(explanation.extend({ variant: z.string() }))
    .optional()
    .describe(
      'What moved with the settings of a variant, of the associated series and of p99, as a chain; absent where nothing explains anything',
    ),
  waits: z
    .array(wait)
    .optional()
    .describe('How long variants took to recover from faults and conditions to hold; absent where there were neither'),
  notes: z.array(z.string()),
});

/** The whole of `comparison.json`. */
export const comparisonSchema = z
  .object({
    schemaVersion: z.literal(comparisonSchemaVersion),
    kind: z.literal('comparison'),
    id: z.string(),
    startedAt: z.string(),
    tool: z.object({ name: z.literal('rampart'), version: z.string() }),
    tags: tagsSchema.optional(),
    scenario: z.object({ name: z.string(), description: z.string(), seed: z.number(), steps: z.array(z.string()) }),
    engine: z.string(),
    prices: pricesSchema.optional(),
    plannedRounds: z.number().int().positive().describe('Warm-up rounds among them'),
    warmupRounds: z.number().int().positive().optional().describe('The first rounds, which are kept and not judged'),
    budgetMs: z.number().optional(),
    variants: z.array(variant).describe('The others are held against the first'),
    runs: z.array(armRun).describe('Every run that ended, in the order of time; an interrupted one is not among them'),
    judgement: judgement.optional(),
    code: z
      .array(codeChangesSchema.extend({ variant: z.string() }))
      .optional()
      .describe(
        'What the code of a variant does differently from the first, from rounds with profiles after the judgement',
      ),
  })
  .describe('One comparison of settings by rampart');

/** What one comparison did and found; see `comparison.schema.json`. */
export type Comparison = z.infer<typeof comparisonSchema>;
/** How the programs of one run were built. */
export type Builds = z.infer<typeof buildsSchema>;
/** One run of one variant in one round that ended. */
export type ArmRun = Comparison['runs'][number];
/** One measured step of such a run. */
export type ArmStep = ArmRun['steps'][number];
/** What came of a comparison. */
export type Judgement = NonNullable<Comparison['judgement']>;
/** A chain from what was changed to what users saw. */
export type Explanation = z.infer<typeof explanation>;
/** Two variants held against each other in one metric. */
export type Contrast = Judgement['contrasts'][number];
/** What variants are compared in. */
export type MetricId = Contrast['metric'];

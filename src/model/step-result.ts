/** The contract of one step: what was sent, what came of it, how long it took, and what its targets were seen to do. */
import { z } from 'zod';
import { spectrumSchema } from './latency-shape.ts';
import { outcomeCountsSchema } from './outcome-counts.ts';
import { gcShareSchema, goroutineSiteSchema, hotSpotSchema, stepProfileSchema } from './step-runtime.ts';

const count = z.number().int().nonnegative();
const startUs = z.number().describe('Microseconds since the origin of the run, monotonic clock');

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

const range = z.tuple([z.number(), z.number()]).describe('The least and the most that it may be, microseconds');

const ruledPercentiles = z.object({ p50: range, p90: range, p95: range, p99: range, p999: range });

/** Percentiles as rules are judged on them, each the least and the most that it may be, microseconds. */
export type RuledPercentiles = z.infer<typeof ruledPercentiles>;

const ruled = z
  .object({
    response: ruledPercentiles,
    service: ruledPercentiles,
    firstByte: ruledPercentiles.optional().describe('Absent where there is no firstByteUs'),
  })
  .describe(
    'Percentiles as rules are judged on them: arrivals without a good answer are the slowest of all, however fast they failed, and 3600000000 stands for one of theirs. The two numbers of one differ where it is not known how fast failures came: of service and first byte, and in runs of older versions. Absent where every arrival had a good answer',
  );

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
  redialled: count
    .optional()
    .describe('Dials that an address refused, upon which another was dialled at once; absent where there were none'),
  unsent: count
    .optional()
    .describe(
      'Requests of which nothing was sent, and sendings that the target cannot have read: it has read planned - unsent + resent requests (with requests: requests - unsent + resent), or fewer where it closed connections without reading what was in them',
    ),
  requests: count
    .optional()
    .describe('Requests of these arrivals, redirects among them; absent where each arrival has one, which is planned'),
  requestsRps: z
    .number()
    .optional()
    .describe('Requests first written during the step divided by its duration; absent where it is sentRps'),
  redirected: count
    .optional()
    .describe('Of the requests, those that a redirect asked for; absent where there were none'),
  pausedUs: z
    .number()
    .optional()
    .describe('Mean time that an arrival paused between its requests, microseconds; absent where none did'),
  bodyBytes: count
    .optional()
    .describe(
      'Bytes of the bodies of answers as they came over the wire, so with their content codings; without heads and the framing of HTTP. Absent where none had a body, and in runs of older versions',
    ),
  encoded: z
    .record(z.string(), count)
    .optional()
    .describe('Answers whose body had a content coding, by its name; absent where none had'),
  decodedBytes: count
    .optional()
    .describe(
      'How long those bodies were without their content coding whose text was looked into; the others were not unpacked',
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

const stepFlow = z.object({
  name: z.string(),
  ...outcomeCountsSchema.shape,
  responseUs: latency.describe('As that of the step: to the last byte of the last request, less the pauses'),
  serviceUs: latency.describe('The sum over its requests'),
  ruledUs: ruled.optional(),
});

const stepRequest = z.object({
  name: z.string().describe('Of a request in a flow: flow/request'),
  flow: z.string().optional().describe('The flow it belongs to'),
  ...outcomeCountsSchema.shape,
  planned: outcomeCountsSchema.shape.planned.describe(
    'Arrivals of the step that came to this request; the sum of the next five',
  ),
  responseUs: latency.describe(
    'From the moment it was due to its last byte; after the first request of a flow it is due when the answer before it is there and the pause is over',
  ),
  serviceUs: latency.describe('With the redirects that were followed'),
  firstByteUs: latency
    .optional()
    .describe('From the request written to the first byte of its last answer; absent in runs of older versions'),
  ruledUs: ruled.optional(),
  redirected: count.optional().describe('Redirects that were followed; absent where there were none'),
  errors: z
    .record(z.string(), count)
    .optional()
    .describe('Failures by kind, without the name of the request; absent where there were none'),
});

/** One step of `result.json`. */
export const stepSchema = z.object({
  name: z.string(),
  kind: z.enum(['warmup', 'measure', 'drain']),
  startUs,
  durationUs: z.number(),
  load: stepLoad,
  responseUs: latency.describe(
    'From the moment an arrival was due to its last byte, of a flow to that of its last request, less its pauses; failures and timeouts at their elapsed time',
  ),
  serviceUs: latency.describe(
    'From the first byte sent to the last byte received; of a flow the sum over its requests',
  ),
  ruledUs: ruled.optional(),
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
  flows: z
    .array(stepFlow)
    .optional()
    .describe('The same by flow, in the order of the scenario: each arrival has one outcome; only where it has any'),
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

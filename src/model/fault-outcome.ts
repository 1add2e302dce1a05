/** What came of faults and conditions, as the result says it. */
import { z } from 'zod';

const atUs = z.number().describe('Microseconds since the origin of the run, monotonic clock');
const count = z.number().int().nonnegative();

const broken = z.object({
  rule: z.string(),
  fromUs: atUs.describe('Due time of the first arrival of the first stretch in which the rule does not hold'),
  toUs: atUs.describe('The end of the last such stretch'),
  totalUs: z.number().describe('Microseconds in which it does not hold, gaps between stretches left out'),
});

const harmed = z
  .object({
    observed: count.describe(
      'Arrivals, by due time, from the beginning of the fault to recovery or the end of what was measured',
    ),
    expected: z.number().describe('How many there would have been at the share of before the fault'),
    odds: z
      .number()
      .describe('How often chance alone would bring so many more, given the share of before; from 0 to 1'),
  })
  .describe('Arrivals of one kind beside what the time before the fault leads to expect');

const recovery = z.object({
  state: z
    .enum(['recovered', 'not-recovered', 'no-harm', 'cannot-tell'])
    .describe(
      'recovered: response p99, errors and throughput are back in the band of before and stayed there. no-harm: they never left it. not-recovered: they were not back when the load ended, or did not stay. cannot-tell: too few arrivals before, or after, to say',
    ),
  afterUs: z.number().optional().describe('From the beginning of the fault; only where recovered'),
  afterEndUs: z
    .number()
    .optional()
    .describe('From the end of the fault, negative where it was over before; only where recovered and the fault ended'),
  uncertaintyUs: z
    .number()
    .optional()
    .describe(
      'How far both may be from the truth: the width of a bin of arrivals, or to the last answer beside the harm that was late, perhaps by chance',
    ),
  metastable: z
    .boolean()
    .optional()
    .describe('Not recovered although the fault has long ended: the system keeps itself down'),
  why: z.string().describe('A sentence for people'),
});

/** One fault: what was done, when, and what users saw of it. */
export const faultOutcomeSchema = z.object({
  name: z.string(),
  kind: z.string(),
  what: z.string().describe('A sentence: what was done'),
  targets: z.array(z.string()),
  askedUs: atUs.describe('When the engine was asked'),
  startUs: atUs.optional().describe('When it was in force; absent where it could not be put in force'),
  endUs: atUs.optional().describe('When it was taken back; absent where it was in force to the end'),
  failed: z.string().optional().describe('Why it could not be put in force, or not be taken back'),
  band: z
    .object({
      fromUs: atUs,
      toUs: atUs,
      p99Us: z.number().describe('Most allowed response p99 of a short window'),
      failedShare: z.number().describe('Most allowed'),
      answeredRps: z.number().describe('Least allowed, of what was due'),
    })
    .optional()
    .describe('What is held to be well, from the time before the fault; absent where too little was seen'),
  detectedUs: z
    .number()
    .optional()
    .describe(
      'From the beginning of the fault to the due time of the first arrival that failed or was slow because of it',
    ),
  lost: harmed.optional().describe('Arrivals that were not answered well'),
  slow: harmed.optional().describe('Arrivals that were answered, later than the band allows'),
  broken: z.array(broken),
  recovery,
});

/** A condition of the scenario over the run. */
export const conditionOutcomeSchema = z.object({
  name: z.string(),
  changes: z
    .array(
      z.object({
        atUs,
        holds: z.boolean(),
        said: z.string().optional(),
        uncertaintyUs: z.number().describe('Time since the look before'),
      }),
    )
    .describe('In the order of time; the first is the first look'),
});

/** How long after an event a condition held, and stayed so. */
export const convergenceSchema = z.object({
  condition: z.string(),
  after: z.string().describe('`start`: the first process of the topology was started; else the name of a fault'),
  event: z.enum(['start', 'fault', 'fault-end']),
  fromUs: atUs.describe('When it was asked for'),
  untilUs: atUs.describe('Until when it was looked at: the next event, or the end'),
  state: z.enum(['converged', 'not-converged', 'held']).describe('held: it never ceased to hold after the event'),
  tookUs: z.number().optional().describe('Only where converged'),
  uncertaintyUs: z.number().optional().describe('How long before it was seen it may have held'),
});

/** Who had a role, from when on. */
export const roleOutcomeSchema = z.object({
  role: z.string(),
  spans: z.array(z.object({ fromUs: atUs, toUs: atUs, targets: z.array(z.string()).describe('None: nobody had it') })),
});

/** See `faultOutcomeSchema`. */
export type FaultOutcome = z.infer<typeof faultOutcomeSchema>;
/** See `conditionOutcomeSchema`. */
export type ConditionOutcome = z.infer<typeof conditionOutcomeSchema>;
/** See `convergenceSchema`. */
export type Convergence = z.infer<typeof convergenceSchema>;
/** See `roleOutcomeSchema`. */
export type RoleOutcome = z.infer<typeof roleOutcomeSchema>;

/** What `rampart profiles top` says: where CPU, allocations and waiting go, and what a request costs in each step. */
import { z } from 'zod';
import { storedTypes } from './profile-store.ts';

const count = z.number().int().nonnegative();

/** Of a service in a step: what its profiles are of. */
export const profiledPartSchema = z.object({
  service: z.string(),
  run: z.string().optional(),
  step: z.string().optional(),
  rps: z.number().optional().describe('Requests per second that the step planned'),
  profiles: count,
  instances: count.describe('Processes whose profiles were added up'),
  windowSeconds: z.number().optional().describe('How long each process was looked at; absent where nobody knows'),
  total: z.number(),
  requests: z.number().optional().describe('In that time; absent of what is no run'),
  requestsOf: z
    .enum(['service', 'run'])
    .optional()
    .describe('service: counted by the service itself; run: answers to the whole load, as the service counts none'),
});

const cost = z.object({
  step: z.string(),
  flat: z.number().describe('Per request, in the function itself'),
  cum: z.number().describe('Per request, with all that it calls'),
  low: z
    .number()
    .optional()
    .describe('Of the value that rows are ordered by: at least this, with 95 % (sampling only)'),
  high: z.number().optional(),
});

const functionCost = z.object({
  name: z.string(),
  costs: z.array(cost),
  slope: z
    .number()
    .optional()
    .describe('Change of the cost for one request per second more; absent of steps of one rate'),
  growth: z
    .number()
    .optional()
    .describe('Fitted cost at the highest rate, as a multiple of that at the lowest; absent where that is nothing'),
  z: z
    .number()
    .optional()
    .describe('How many standard errors the slope is from none (Poisson); absent where samples are not known'),
  rises: z
    .enum(['yes', 'no', 'unknown'])
    .describe(
      'yes: by a tenth or more from the lowest rate to the highest, and z is 3 or more of 20 samples or more; unknown: what chance does is not known',
    ),
});

/** What one request costs in each function of a service, step by step. */
const functionCostsSchema = z.object({
  service: z.string(),
  run: z.string().optional(),
  requestsOf: z.enum(['service', 'run']),
  steps: z.array(z.object({ step: z.string(), rps: z.number().optional(), requests: z.number() })),
  total: functionCost.describe('All functions together; its name is empty'),
  functions: z.array(functionCost).describe('Those that rise first, then the dearest in any step'),
});

/** The whole table. */
export const profileTopSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('profiles-top'),
  type: z.enum(storedTypes).optional().describe('Absent where the files that were named are of no one type'),
  column: z.string().describe('Which values: cpu, alloc_space, delay'),
  unit: z.string(),
  by: z.enum(['function', 'package']),
  order: z.enum(['flat', 'cum']),
  total: z.number(),
  windowSeconds: z.number().optional(),
  parts: z.array(profiledPartSchema),
  rows: z.array(
    z.object({
      name: z.string(),
      flat: z.number().describe('Of stacks in which it is the innermost function'),
      cum: z.number().describe('Of stacks in which it is anywhere'),
      services: z.array(z.object({ service: z.string(), flat: z.number(), cum: z.number() })).describe('Most first'),
    }),
  ),
  rowsLeftOut: count,
  costs: z.array(functionCostsSchema).describe('Only of runs: what a request costs'),
  notes: z.array(z.string()),
});

export type ProfileTop = z.infer<typeof profileTopSchema>;
export type FunctionCosts = z.infer<typeof functionCostsSchema>;
export type ProfiledPart = z.infer<typeof profiledPartSchema>;

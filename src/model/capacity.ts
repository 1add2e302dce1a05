/** The contract: what a search for capacity found, as `capacity.json`; rates in requests per second, times in microseconds. */
import { z } from 'zod';
import { sentToSchema } from './sent-to.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const capacitySchemaVersion = 1;

const probe = z.object({
  rps: z.number(),
  outcome: z
    .enum(['held', 'broken', 'unknown'])
    .describe('broken: a rule did not hold; unknown: nothing can be said, because the generator was to blame'),
  step: z.string().describe('Its step in result.json'),
  completedRps: z.number(),
  inFlight: z.number().describe("Requests at the target on average, by Little's law"),
  p50Us: z.number().describe('Median over the seconds of the probe'),
  p99Us: z.number().describe('Median over the seconds of the probe'),
  reasons: z.array(z.string()).readonly().describe('Why it was not held'),
});

const scalability = z
  .object({
    lambda: z.number().describe('Requests per second of one at a time'),
    sigma: z.number().describe('The share that must wait in line'),
    kappa: z.number().describe('The cost of agreeing'),
    worstResidual: z.number().describe('Largest difference between fit and a probe, as a share of the probe'),
  })
  .describe('The universal scalability law fitted to the probes: a description, not a forecast');

/** The whole of `capacity.json`. */
export const capacitySchema = z
  .object({
    schemaVersion: z.literal(capacitySchemaVersion),
    kind: z.literal('capacity'),
    scenario: z.string(),
    tags: tagsSchema.optional(),
    sentTo: sentToSchema.optional(),
    countsArrivals: z
      .literal(true)
      .optional()
      .describe('Rates count arrivals, some of which are flows of several requests; absent: they count requests'),
    rules: z.array(z.string()).readonly().describe('What had to hold'),
    verdict: z
      .enum(['found', 'at least', 'nothing held', 'cannot tell'])
      .describe(
        'found: between lowRps and highRps; at least: all that was asked for was held; cannot tell: the generator or the time was at its end first',
      ),
    lowRps: z.number().describe('The highest rate that was held; 0 when none was'),
    highRps: z.number().optional().describe('The lowest rate that was not held; absent when none was seen'),
    reason: z.string().optional().describe('Why nothing is known above lowRps, where that is so'),
    probes: z.array(probe).readonly().describe('In the order of time'),
    usl: scalability.optional().describe('Absent with fewer than five different rates, or where no such law fits'),
    gaveWay: z
      .array(z.object({ title: z.string(), evidence: z.array(z.string()).readonly() }))
      .readonly()
      .describe('What the runtime and the load showed at rates that were not held, worst first'),
  })
  .describe('One search for capacity by rampart');

/** What a search found. */
export type CapacityResult = z.infer<typeof capacitySchema>;
/** One rate that was tried, and what it came to. */
export type CapacityProbe = CapacityResult['probes'][number];
/** A description of how throughput follows concurrency. */
export type ScalabilityFit = NonNullable<CapacityResult['usl']>;

/** What a verdict is made from: finished rounds as plain values that survive JSON, so that it can be made again, bit for bit. */
import { z } from 'zod';
import { armConvergenceSchema, armFaultSchema } from './arm-faults.ts';
import { buildsSchema, comparisonSchema } from './comparison.ts';
import { gateMetricSchema, waiverSchema } from './gate-terms.ts';
import { sloRuleSchema } from './slo-rule.ts';

const settings = z
  .object({
    tolerance: z.number().describe('A slowdown up to this is harmless: it fails with a probability of at most `error`'),
    detect: z
      .number()
      .describe('A slowdown from this on must not pass: it passes with a probability of at most `error`'),
    error: z.number(),
    looks: z.array(z.number().int().positive()).min(1).readonly().describe('Rounds after which it may decide'),
    metrics: z.array(gateMetricSchema).readonly(),
    steps: z.array(z.string()).readonly().optional().describe('Absent: all measured steps'),
    maxUtilisation: z.number().describe('A step that is busier in both arms is judged through capacity'),
    capacityLimitUs: z
      .number()
      .optional()
      .describe('The p99 at which capacity ends; absent: five times that of the lowest step, the same for both arms'),
    minWindows: z.number().describe('Windows that a step needs in each round and arm'),
    slo: z.array(sloRuleSchema).readonly().describe('Rules for the candidate alone'),
    seed: z.number(),
    waivers: z
      .array(waiverSchema)
      .readonly()
      .optional()
      .describe('What is shown to be worse here fails nothing, and what is open here keeps nothing from passing'),
  })
  .describe('How a gate judges; shares are of 1 (0.1 is 10 %)');

const run = z.object({
  invalid: comparisonSchema.shape.runs.element.shape.invalid
    .readonly()
    .describe('Why the run cannot be trusted; empty when it can'),
  steps: comparisonSchema.shape.runs.element.shape.steps.readonly(),
  ruled: comparisonSchema.shape.runs.element.shape.ruled,
  builds: buildsSchema.optional(),
  faults: z.array(armFaultSchema).readonly().optional(),
  convergences: z.array(armConvergenceSchema).readonly().optional(),
  cutOff: z.number().int().optional().describe('Runs of this arm in this round that were cut off; absent: none'),
});

const round = z.object({
  index: z.number().int().nonnegative().describe('From 0, as the experiment counted, gaps included'),
  order: z.array(z.string()).readonly().describe('The arms as they ran'),
  arms: z.record(z.string(), run),
});

/** Everything that a verdict depends on. */
export const gateInputSchema = z.object({
  settings,
  rounds: z.array(round).readonly(),
  isOver: z.boolean().describe('No further round will come: the gate looks a last time at what there is'),
});

/** See `gateInputSchema`. */
export type GateInput = z.infer<typeof gateInputSchema>;
/** How a gate judges. */
export type GateSettings = GateInput['settings'];
/** One round: every arm once, by name. */
export type TrialRound = GateInput['rounds'][number];
/** What counts of an arm's runs in one round: the valid one, or the last that was tried. */
export type TrialRun = TrialRound['arms'][string];

/** The contract: a stored baseline, the file that is committed beside the code; first of all a recipe to run again, then numbers. */
import { z } from 'zod';
import { verdictSchema } from './gate-terms.ts';
import { machineSchema } from './machine.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const baselineSchemaVersion = 1;

const fingerprint = machineSchema.extend({
  go: z.string().optional().describe('That built what took the load'),
  facts: z.record(z.string(), z.string()).describe('What the engine says of itself, such as Docker and Go versions'),
});

const step = z.object({
  name: z.string(),
  rps: z.number(),
  windowSeconds: z.number(),
  p99Us: z.number().describe("Median over the rounds of the p99 of a round's typical windows"),
  rounds: z.array(z.array(z.number())).describe('Response p99 of each window, microseconds, by round'),
});

/** The whole of a baseline file. */
export const baselineSchema = z.object({
  schemaVersion: z.literal(baselineSchemaVersion),
  kind: z.literal('baseline'),
  tool: z.object({ name: z.literal('rampart'), version: z.string() }),
  acceptedAt: z.string().describe('Wall time, ISO 8601, UTC'),
  reason: z.string().min(1),
  from: z.object({
    kind: z.enum(['gate', 'run']),
    id: z.string(),
    startedAt: z.string(),
    verdict: verdictSchema.optional(),
  }),
  scenario: z.object({ name: z.string(), seed: z.number(), digest: z.string().optional() }),
  recipe: z.object({
    arm: z.string().describe('What --baseline takes: a commit, or image:, overlay: or variant: with a name'),
    name: z.string().describe('As it was called when it was measured'),
    commit: z.string().optional(),
    tree: z.string().optional(),
    digest: z.string().optional().describe('Of all that the arm was made of'),
  }),
  engine: z.string(),
  fingerprint,
  steps: z.array(step),
});

/** What a baseline file holds. */
export type Baseline = z.infer<typeof baselineSchema>;

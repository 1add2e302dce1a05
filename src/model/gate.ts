/** The contract: what a gate measured and said, as `gate.json`; it holds everything that its verdict depends on. */
import { z } from 'zod';
import { comparisonSchema } from './comparison.ts';
import { gateVerdictSchema } from './gate-verdict.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const gateSchemaVersion = 1;

const state = z.object({
  name: z
    .string()
    .describe('As it was asked for: a branch, tag, commit, `image:`, `overlay:`, `variant:`, or `working tree`'),
  commit: z.string().optional(),
  tree: z.string().optional().describe("Git's id of all its files; absent where they are in no repository"),
});

const { invalid, steps } = comparisonSchema.shape.runs.element.shape;

const sloRule = z.object({
  text: z.string(),
  metric: z.enum(['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean', 'errors', 'dropped', 'resent', 'rps']),
  comparison: z.enum(['<', '<=', '>', '>=']),
  bound: z.number(),
  step: z.string().optional(),
});

/** One shown slowdown that somebody answers for, up to a day. */
export const waiverSchema = z.strictObject({
  metric: z.enum(['p99', 'slow-share', 'capacity']),
  step: z.string().optional().describe('Absent for capacity, which is of the whole ramp'),
  owner: z.string().min(1),
  reason: z.string().min(1),
  expires: z.string().describe('The last day on which it holds, YYYY-MM-DD, UTC'),
});

/** See `waiverSchema`. */
export type Waiver = z.infer<typeof waiverSchema>;

const settings = z.object({
  tolerance: z.number(),
  detect: z.number(),
  error: z.number(),
  looks: z.array(z.number().int().positive()).min(1).readonly(),
  metrics: z.array(z.enum(['p99', 'slow-share', 'capacity'])).readonly(),
  steps: z.array(z.string()).readonly().optional(),
  maxUtilisation: z.number(),
  capacityLimitUs: z.number().optional(),
  minWindows: z.number(),
  slo: z.array(sloRule).readonly(),
  seed: z.number(),
  waivers: z.array(waiverSchema).readonly().optional(),
});

const round = z.object({
  index: z.number().int().nonnegative(),
  order: z.array(z.string()).readonly(),
  arms: z.record(
    z.string(),
    z.object({
      invalid: invalid.readonly(),
      steps: steps.readonly(),
      cutOff: z.number().int().optional().describe('Runs of this arm in this round that were cut off; absent: none'),
    }),
  ),
});

/** The whole of `gate.json`. */
export const gateSchema = z.object({
  schemaVersion: z.literal(gateSchemaVersion),
  kind: z.literal('gate'),
  id: z.string(),
  startedAt: z.string(),
  tool: z.object({ name: z.literal('rampart'), version: z.string() }),
  command: z.string().optional().describe('Runs such rounds again'),
  scenario: z.object({
    name: z.string(),
    seed: z.number(),
    digest: z.string().optional().describe('Of what it loads and how, wherever its repository lies'),
  }),
  machine: z
    .object({ os: z.string(), cpuModel: z.string(), cpus: z.number(), memoryBytes: z.number(), node: z.string() })
    .optional(),
  selfCheck: z
    .object({
      looks: z.array(z.number().int().positive()).readonly().describe('Of the gates that it is made for'),
      roundMs: z.number(),
    })
    .optional()
    .describe('Both arms are the same state'),
  engine: z.string(),
  arms: z.object({ baseline: state, candidate: state }),
  input: z
    .object({ settings, rounds: z.array(round).readonly(), isOver: z.boolean() })
    .describe('What the verdict is made from, and can be made from again'),
  verdict: gateVerdictSchema,
});

/** What one gate measured and said. */
export type Gate = z.infer<typeof gateSchema>;

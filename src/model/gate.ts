/** The contract: what a gate measured and said, as `gate.json`; it holds everything that its verdict depends on. */
import { z } from 'zod';
import { codeChangesSchema } from './code-changes.ts';
import { gateInputSchema } from './gate-input.ts';
import type { ArmName } from './gate-terms.ts';
import { gateVerdictSchema } from './gate-verdict.ts';
import { machineSchema } from './machine.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const gateSchemaVersion = 1;

const state = z.object({
  name: z
    .string()
    .describe('As it was asked for: a branch, tag, commit, `image:`, `overlay:`, `variant:`, or `working tree`'),
  commit: z.string().optional(),
  tree: z.string().optional().describe("Git's id of all its files; absent where they are in no repository"),
});

/** The whole of `gate.json`. */
export const gateSchema = z.object({
  schemaVersion: z.literal(gateSchemaVersion),
  kind: z.literal('gate'),
  id: z.string(),
  startedAt: z.string(),
  tool: z.object({ name: z.literal('rampart'), version: z.string() }),
  tags: tagsSchema.optional(),
  command: z.string().optional().describe('Runs such rounds again'),
  scenario: z.object({
    name: z.string(),
    seed: z.number(),
    digest: z.string().optional().describe('Of what it loads and how, wherever its repository lies'),
  }),
  machine: machineSchema.optional(),
  selfCheck: z
    .object({
      looks: z.array(z.number().int().positive()).readonly().describe('Of the gates that it is made for'),
      roundMs: z.number(),
    })
    .optional()
    .describe('Both arms are the same state'),
  engine: z.string(),
  arms: z.object({ baseline: state, candidate: state }),
  input: gateInputSchema.describe('What the verdict is made from, and can be made from again'),
  verdict: gateVerdictSchema,
  code: codeChangesSchema
    .optional()
    .describe(
      'What the code of the candidate does differently, from rounds with profiles after the verdict; absent without such rounds',
    ),
});

/** What one gate measured and said. */
export type Gate = z.infer<typeof gateSchema>;
/** The state that an arm is, as it was asked for and as git knows it. */
export type ArmState = Gate['arms'][ArmName];
/** Gates that a self-check is made for: their looks, and how long one of their rounds takes. */
export type PlannedGates = NonNullable<Gate['selfCheck']>;

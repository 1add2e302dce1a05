/** The contract: what `rampart runs` lists. Of a result it is kept beside it as `summary.json`, because results are large and lists are long. */
import { z } from 'zod';
import { verdictSchema } from './gate-terms.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const summarySchemaVersion = 1;

/** What a directory can be of. */
export const runKinds = ['run', 'observe', 'capacity', 'compare', 'gate', 'self-check', 'pgo'] as const;

const facts = {
  id: z.string(),
  startedAt: z.string().describe('Wall time, ISO 8601, UTC'),
  scenario: z.string().describe('Its name'),
  tags: tagsSchema.optional(),
  tool: z.string().describe('The version of rampart that made it'),
  verdict: verdictSchema.describe(
    'As its exit code says: pass 0, fail 1, cannot-tell 5; invalid for all else: invalid, cut off, not brought up',
  ),
  outcome: z.string().describe('What came of it, in a few words'),
  isOver: z.boolean().optional().describe('false: a gate that has looks ahead of it, and can be gone on with'),
  tookMs: z.number().optional().describe('From its start to the end of its load; of rounds the time that they ran'),
  heldRps: z.number().optional().describe('The highest rate that held; absent where none did, or nobody asked'),
  p99Us: z
    .number()
    .optional()
    .describe('Response p99 at that rate, with arrivals that had no good answer as the slowest'),
};

/** The whole of `summary.json`. */
export const runSummarySchema = z.object({
  schemaVersion: z.literal(summarySchemaVersion),
  kind: z.literal('summary'),
  of: z.enum(runKinds),
  file: z
    .object({ name: z.string(), bytes: z.number() })
    .describe('What it is of: when that has another size, this is of an older one and is not used'),
  ...facts,
});

const entry = z.object({
  directory: z.string().describe('Its name in the folder that was listed'),
  state: z
    .enum(['ended', 'running', 'cut-off', 'unreadable'])
    .describe('cut-off: it has no end and nobody works on it any more; unreadable: `problem` says why'),
  of: z.enum(runKinds).optional(),
  ...z.object(facts).partial().shape,
  keep: z
    .string()
    .optional()
    .describe('Why rampart runs prune leaves it alone: it is pinned, tagged keep, or a baseline is of it'),
  problem: z.string().optional(),
});

/** The whole of what `rampart runs --json` prints. */
export const runListSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('runs'),
    folder: z.string(),
    runs: z.array(entry).describe('Newest first'),
  })
  .describe('The runs in one folder');

/** See `runSummarySchema`. */
export type RunSummary = z.infer<typeof runSummarySchema>;
/** What a directory is of. */
export type RunKind = RunSummary['of'];
/** A summary before it is kept. */
export type SummaryFacts = Omit<RunSummary, 'schemaVersion' | 'kind' | 'file'>;
/** One directory of a list. */
export type RunEntry = z.infer<typeof entry>;
/** See `runListSchema`. */
export type RunList = z.infer<typeof runListSchema>;

/** What `rampart profiles diff` says: what changed between two selections of profiles, and what of it may be chance. */
import { z } from 'zod';
import { profiledPartSchema } from './profile-top.ts';

const difference = z.object({
  value: z.number(),
  base: z.number().describe('Times the factor, so that it can be compared with the value'),
  state: z.enum(['both', 'new', 'gone', 'none']),
  z: z.number().optional().describe('Standard errors between both (Poisson); absent where the samples are not known'),
  p: z.number().optional().describe('The chance of as large a difference where there is none (exact, two-sided)'),
  q: z
    .number()
    .optional()
    .describe('Of all changes with this q or less, no larger share is chance (Benjamini and Hochberg)'),
  verdict: z
    .enum(['more', 'less', 'within-noise', 'unknown', 'same'])
    .describe(
      'more, less: |z| of 2 or more, and p of 0.05 or less; within-noise: less than that; unknown: not sampled in a way that tells',
    ),
});

/** The whole comparison; the base is what there was before. */
export const profileDiffSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('profiles-diff'),
  column: z.string(),
  unit: z.string(),
  by: z.enum(['function', 'package']),
  order: z.enum(['flat', 'cum']),
  per: z.enum(['request', 'second', 'share', 'none']),
  perUnit: z
    .number()
    .describe('What the values are divided by to be per request or per second of the new side; 1 otherwise'),
  requestsOf: z.enum(['service', 'run']).optional(),
  factor: z.number().describe('What the base was multiplied with'),
  base: z.object({ parts: z.array(profiledPartSchema), total: z.number() }),
  new: z.object({ parts: z.array(profiledPartSchema), total: z.number() }),
  total: difference,
  rows: z.array(z.object({ name: z.string(), flat: difference, cum: difference })),
  rowsLeftOut: z.number().int().nonnegative(),
  compared: z.number().int().nonnegative().describe('Functions that were compared'),
  beyondNoise: z.number().int().nonnegative(),
  unknown: z.string().optional().describe('Why no noise is told'),
  notes: z.array(z.string()),
});

export type ProfileDiff = z.infer<typeof profileDiffSchema>;
export type ValueDifference = z.infer<typeof difference>;

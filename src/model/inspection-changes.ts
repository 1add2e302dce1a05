/** What `inspect` says of changes: between several inputs, and from stretch to stretch of a log that grows. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const row = z.object({
  name: z.string(),
  detail: z.string().optional(),
  values: z.array(z.number().nullable()).readonly().describe('One for each input; null where an input has none'),
});

/** What changed between inputs of one kind. */
export const changesSchema = z.object({
  of: z.string(),
  inputs: z.array(z.string()).readonly().describe('In the order in which they were given'),
  unit: z.string(),
  note: z.string().describe('What may and what may not be concluded'),
  rows: z.array(row).readonly(),
});

const interval = z.object({
  sched: z
    .object({
      lines: count,
      queuedSum: count.describe('Goroutines on all run queues, summed over the lines'),
      queuedMax: count,
      idleprocsMin: count,
      gomaxprocs: count.describe('Of the last line'),
      threads: count.describe('Of the last line'),
    })
    .optional(),
  gc: z
    .object({
      cycles: count,
      pauseMaxMs: z.number(),
      heapLiveMib: z.number().describe('Of the last cycle'),
      cpuPercent: z.number().optional().describe('Of the last cycle'),
    })
    .optional(),
  dumps: z
    .array(z.string())
    .readonly()
    .describe('The cause of each goroutine dump that began; empty where it says none'),
  goroutines: count,
  others: count.describe('Lines of scheddetail, the scavenger, the pacer and of package initialisation'),
  began: count.describe('Processes that were not seen before, but for the first of all'),
});

/** One line of `inspect --follow --json`. */
export const followedSchema = interval
  .extend({ at: z.string().describe('Wall time at its end, ISO 8601, UTC'), lengthMs: z.number() })
  .describe('What a growing log said in one stretch of time');

/** What changed between inputs of one kind. */
export type InspectChanges = z.infer<typeof changesSchema>;
/** One value for each input. */
export type ChangeRow = z.infer<typeof row>;
/** What a growing log said in one stretch of time. */
export type InspectInterval = z.infer<typeof interval>;
/** The same with its time and length. */
export type FollowedInterval = z.infer<typeof followedSchema>;

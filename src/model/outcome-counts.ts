/** What became of arrivals, counted: the same for a second, a step, a request and an arm. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** See `OutcomeCounts`. */
export const outcomeCountsSchema = z.object({
  planned: count.describe('Arrivals due in the step; the sum of the next five'),
  completed: count,
  failed: count,
  timedOut: count,
  dropped: count,
  unfinished: count,
});

/** Outcomes of arrivals; each planned arrival ends as exactly one of the last five. */
export type OutcomeCounts = Readonly<z.infer<typeof outcomeCountsSchema>>;

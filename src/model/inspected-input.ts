/** What `inspect` says of any input: what it holds, what calls for attention, and what could not be read. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const counts = z
  .object({
    sched: count,
    gc: count,
    scavenge: count,
    pacer: count,
    init: count,
    goroutines: count,
    rejects: count.describe('Began like one of them and could not be read'),
  })
  .describe('How many lines or goroutines of each kind an input holds');

/** What calls for attention. */
export const judgementSchema = z
  .object({
    severity: z.enum(['info', 'warning', 'critical']),
    certainty: z
      .enum(['certain', 'likely', 'possible'])
      .describe(
        'How far it goes beyond what is printed: not at all, by a rule that rarely errs, or as one of several readings',
      ),
    title: z.string(),
    evidence: z.array(z.string()).readonly(),
  })
  .meta({ id: 'judgement' });

/** Where in an input something stands. */
export const placeSchema = z
  .object({
    byte: count,
    time: z.string().optional().describe("As the line's prefix gives it, where there is one"),
  })
  .meta({ id: 'place' });

/** Lines that could not be read. */
export const rejectedSchema = z.object({ kind: z.string(), count, example: z.string().describe('The first of them') });

/** What every inspection has. */
export const inspectedInput = {
  file: z.string(),
  bytes: count,
  counts,
  judgements: z.array(judgementSchema).readonly(),
};

/** How much of each kind an input holds. */
export type InspectCounts = z.infer<typeof counts>;
/** What an input says that calls for attention. */
export type Judgement = z.infer<typeof judgementSchema>;
/** Where in the input something stands. */
export type Place = z.infer<typeof placeSchema>;
/** Lines that could not be read. */
export type Rejected = z.infer<typeof rejectedSchema>;

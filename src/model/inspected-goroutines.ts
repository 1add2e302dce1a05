/** What `inspect` says of the goroutines of a process at one moment. */
import { z } from 'zod';
import { judgementSchema, placeSchema } from './inspected-input.ts';

const count = z.number().int().nonnegative();

/** Goroutines that share what they wait for and their stack; what only dumps tell is missing in those of profiles. */
export const inspectedGroupSchema = z
  .object({
    count,
    reason: z.string(),
    site: z.string(),
    frames: z.array(z.string()).readonly().describe('Innermost first'),
    longestWaitMinutes: z.number().optional(),
    createdBy: z.array(z.string()).readonly().optional(),
    lockedToThread: count.optional(),
    leaked: count.optional(),
    exampleId: z.number().optional(),
  })
  .meta({ id: 'group' });

/** All goroutines of a process at one moment. */
export const snapshotSchema = z
  .object({
    name: z.string(),
    cause: z.string().optional().describe('Why the runtime printed it, if it says so'),
    place: placeSchema.optional(),
    total: count,
    ofTheLook: count.describe('That only exist because somebody looked; not in the total nor in a group'),
    withoutStack: count.optional().describe('Of whose stack nothing could be read; not in the total nor in a group'),
    byReason: z.array(z.object({ reason: z.string(), count })).readonly(),
    groups: z.array(inspectedGroupSchema).readonly(),
    judgements: z.array(judgementSchema).readonly(),
  })
  .meta({ id: 'snapshot' });

/** Goroutines that share what they wait for and their stack. */
export type InspectedGroup = z.infer<typeof inspectedGroupSchema>;
/** All goroutines of a process at one moment. */
export type Snapshot = z.infer<typeof snapshotSchema>;

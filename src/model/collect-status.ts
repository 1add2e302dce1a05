/** What a collector of profiles does: who answered what and when. `collect-status.schema.json` is generated from it. */
import { z } from 'zod';
import { storedTypes } from './profile-store.ts';

/**
 * What came of one try. `empty` is a profile without samples; `absent` a type that the program does not have; `busy` another profiler at
 * work; `unreachable` no answer at all; `not kept` a profile that the store refused.
 */
export const collectOutcomes = [
  'ok',
  'empty',
  'absent',
  'busy',
  'timed out',
  'unreachable',
  'failed',
  'not kept',
] as const;

const time = z.iso.datetime();
const count = z.int().min(0);

const triedType = z.strictObject({
  type: z.enum(storedTypes),
  outcome: z.enum(collectOutcomes).optional().describe('Of the last try; missing before the first'),
  message: z.string().optional(),
  lastAt: time.optional().describe('When the last try ended'),
  lastOkAt: time.optional().describe('When the last profile was kept'),
  nextDueAt: time.optional().describe('Missing when it is not asked again'),
  underWay: z.boolean(),
  kept: count,
  bytes: count,
  seconds: count.describe('How long the target collects; 0 for a moment'),
});

const collectedTarget = z.strictObject({
  id: z.string(),
  service: z.string(),
  url: z.string(),
  how: z.string().describe('How it is reached'),
  discovery: z.string(),
  labels: z.record(z.string(), z.string()),
  answers: z.boolean().optional().describe('Whether the last try was answered; missing before the first'),
  types: z.array(triedType),
});

const foundBy = z.strictObject({
  name: z.string(),
  targets: count,
  leftOut: count.describe('By filter, shard, or because another discovery has the same address'),
  notes: z.array(z.string()),
  stale: z.string().optional().describe('Why this is the last that was known'),
});

const prune = z.strictObject({
  olderThanMs: z.number().min(0).optional().describe('Profiles whose own time is longer ago are removed'),
  maxBytes: count.optional().describe('The oldest are removed until all take no more'),
  removed: count.describe('Profiles, since the start'),
  lastAt: time.optional().describe('When the store was last held to it; missing before the first time'),
  kept: count.optional().describe('Profiles in the store after that'),
  keptBytes: count.optional(),
  failed: z.string().optional().describe('Why the last time did not succeed'),
});

/** Everything a collector can say of itself at a moment. */
export const collectStatusSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    kind: z.literal('collect-status'),
    at: time,
    startedAt: time,
    to: z.string(),
    prune: prune.optional().describe('What the store is held to; missing where nothing is removed'),
    discoveries: z.array(foundBy),
    targets: z.array(collectedTarget),
    totals: z.strictObject({
      kept: count,
      bytes: count,
      tries: z.record(z.enum(collectOutcomes), count),
      underWay: count,
      late: count.describe('Tries that should have begun and wait for others to end'),
      gone: count.describe('Targets that were collected from and are no more'),
    }),
  })
  .meta({ title: 'rampart profiles collect status' });

export type CollectStatus = z.infer<typeof collectStatusSchema>;
export type PruneStatus = z.infer<typeof prune>;
export type CollectedTarget = CollectStatus['targets'][number];
export type TriedType = CollectedTarget['types'][number];
export type CollectOutcome = (typeof collectOutcomes)[number];

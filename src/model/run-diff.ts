/** The contract: runs beside each other, as `rampart diff --json` prints it. Nothing in it is a verdict: the runs were not made in turns. */
import { z } from 'zod';
import { tagsSchema } from './tags.ts';

const us = z.number().nullable().describe('null: not known in this run');
const perRun = <Value extends z.ZodType>(value: Value) => z.array(value).describe('One for each run, in their order');

const diffedRun = z.object({
  directory: z.string(),
  id: z.string(),
  startedAt: z.string(),
  scenario: z.string(),
  tags: tagsSchema.optional(),
  status: z.enum(['complete', 'partial', 'failed']),
  validity: z.enum(['valid', 'invalid']),
  reasons: z.array(z.string()).describe('Why its numbers must not be used; empty where they may'),
});

const stepOfRun = z
  .object({
    name: z.string(),
    seconds: z.number(),
    count: z.number(),
    completedRps: z.number(),
    lostShare: z.number().describe('Arrivals without a good answer, of all that were planned'),
    p50Us: us,
    p90Us: us,
    p99Us: us,
    p999Us: us,
    maxUs: us,
    ownErrorUs: us.describe('How much of p99 may be the generator and its machine'),
    curve: z
      .array(z.tuple([z.number(), z.number()]))
      .describe('Percentile and microseconds of response, as in result.json'),
  })
  .nullable()
  .describe('null: this run has no such step');

const met = z.object({
  shape: z.string().describe('What was asked for there, such as 800/s'),
  runs: perRun(stepOfRun),
});

const chart = z.object({
  service: z.string().describe('generator and host for those; of several replicas the mean'),
  series: z.string(),
  title: z.string(),
  unit: z.string(),
  steps: z.array(z.object({ shape: z.string(), means: perRun(z.number().nullable()) })),
  lines: perRun(
    z.array(z.tuple([z.number(), z.number()])).describe('Seconds on the clock of the steps that meet, and the value'),
  ),
});

const difference = z.object({ what: z.string(), values: perRun(z.string()) });

/** The whole of what `rampart diff --json` prints. */
export const runDiffSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('diff'),
    verdict: z.literal('none').describe('Runs that were not interleaved differ also when nothing has changed'),
    runs: z.array(diffedRun),
    steps: z.array(met).describe('Steps that two or more of the runs have'),
    unmet: z.array(z.object({ run: z.number().int().nonnegative(), step: z.string(), shape: z.string() })),
    clock: z
      .array(z.object({ shape: z.string(), fromS: z.number(), toS: z.number() }))
      .describe('Where each step that meets lies on the common clock of charts'),
    charts: z.array(chart),
    environment: z.array(difference).describe('Only what differs'),
    scenario: z.array(difference).describe('Only what differs, by the path of its key'),
    notes: z.array(z.string()),
  })
  .describe('Runs beside each other, without a verdict');

/** See `runDiffSchema`. */
export type RunDiff = z.infer<typeof runDiffSchema>;
/** A step that runs have in common. */
export type MetStep = RunDiff['steps'][number];
/** One series of all runs on the common clock. */
export type DiffChart = RunDiff['charts'][number];
/** Something that is not the same in all runs. */
export type RunDifference = RunDiff['environment'][number];

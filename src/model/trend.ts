/** The contracts of trends: the line that a gate appends to a file, and what `rampart trend` makes of such a file. */
import { z } from 'zod';
import { columnKey, verdictSchema } from './gate-terms.ts';
import { machineSchema } from './machine.ts';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const trendSchemaVersion = 1;

const log = z.number().nullable().describe('null: unbounded, or no number');

const state = z.object({
  name: z.string().describe('As it was asked for'),
  commit: z.string().optional(),
  tree: z.string().optional().describe("Git's id of all its files"),
});

const outcome = z.enum(['worse', 'waived', 'ruled-out', 'open']).describe('As the gate said it');

const change = z.object({
  ...columnKey,
  log: log.describe('Natural logarithm of candidate over baseline, estimated; positive is worse'),
  low: log.describe('Of a 90 % interval'),
  high: log,
  outcome,
});

/** One line of a trend file: what one gate measured. */
export const trendLineSchema = z
  .object({
    schemaVersion: z.literal(trendSchemaVersion),
    kind: z.literal('trend'),
    id: z.string().describe('Of the gate; of several lines with the same the one with most rounds counts'),
    at: z.string().describe('When the gate began, ISO 8601, UTC'),
    tool: z.string().describe('The version of rampart'),
    scenario: z.object({ name: z.string(), digest: z.string().optional() }),
    machine: machineSchema.pick({ os: true, cpuModel: true, cpus: true }).optional(),
    engine: z.string(),
    tags: tagsSchema.optional(),
    baseline: state,
    candidate: state,
    verdict: verdictSchema,
    rounds: z.number(),
    tolerance: z.number().describe('A share of 1: a shift up to this is harmless'),
    changes: z.array(change).describe('Of every metric that the gate judged'),
  })
  .describe('One gate in a trend file, which has one such line for each');

/** See `trendLineSchema`. */
export type TrendLine = z.infer<typeof trendLineSchema>;
/** One metric of it. */
export type TrendChange = TrendLine['changes'][number];

const percent = z.number().nullable();

const point = z.object({
  id: z.string().describe('Of its gate'),
  at: z.string(),
  name: z.string().describe('Of the candidate: a release, else its commit'),
  commit: z.string().optional(),
  verdict: verdictSchema,
  rounds: z.number(),
  percent: percent.describe('Against the reference'),
  lowPercent: percent,
  highPercent: percent,
  outcome,
});

const level = z.object({
  from: z.number().int().nonnegative().describe('Of its first point'),
  to: z.number().int().nonnegative().describe('Of its last'),
  percent: z.number().describe('Mean of its points, weighted by how sure they are'),
});

const changePoint = z.object({
  index: z.number().int().nonnegative().describe('Of the first point of the new level'),
  before: z.string().describe('The last candidate of the old level'),
  after: z.string().describe('The first of the new one'),
  commits: z.string().optional().describe('What lies between them, as git log takes it'),
  shiftPercent: z.number().describe('From the old level to the new one; positive is worse'),
  p: z.number().describe('The share of orders of the points that have a cut as good'),
});

const series = z.object({
  scenario: z.string(),
  digest: z.string().optional(),
  reference: z.string().describe('What all its gates were held against, or from where it is composed'),
  machine: z.string().optional(),
  ...columnKey,
  isComposed: z
    .boolean()
    .describe('Release against release, added up: errors add up as well, so no change points are looked for'),
  points: z.array(point).describe('In the order of time'),
  levels: z.array(level),
  changes: z.array(changePoint),
  tolerance: z.number(),
  note: z.string().optional().describe('Why nothing can be told of it yet'),
});

/** The whole of what `rampart trend --json` prints. */
export const trendReportSchema = z
  .object({
    schemaVersion: z.literal(trendSchemaVersion),
    kind: z.literal('trend-report'),
    file: z.string(),
    gates: z.number().int().nonnegative(),
    alpha: z.number().describe('The chance of a change point in any series, where there is none in any'),
    series: z.array(series),
    splits: z.array(z.string()).describe('What kept gates from standing in one series'),
    problems: z.array(z.string()).describe('Lines that could not be read'),
  })
  .describe('What gates in a trend file came to, over time');

/** See `trendReportSchema`. */
export type TrendReport = z.infer<typeof trendReportSchema>;
/** One metric against one reference over time. */
export type TrendSeries = TrendReport['series'][number];
/** One gate in it. */
export type TrendPoint = TrendSeries['points'][number];

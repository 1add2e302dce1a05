/** The contract: what the code of one arm does for each request that the code of another does not, from rounds that no verdict rests on. */
import { z } from 'zod';

/** What functions cost: CPU time, what they allocate, how long others waited for a lock that they held, and how long they waited themselves. */
export const costSchema = z
  .enum(['cpu', 'bytes', 'objects', 'lock', 'off', 'waited'])
  .describe(
    'For each request: cpu: microseconds; bytes and objects: allocated; lock: microseconds that others waited for a lock that it held; off: microseconds that its goroutines were seen waiting while they served requests, by the looks at them; waited: microseconds that it was blocked, as a block profile has it, by a lock or while it served a request',
  );

const value = z.number();

const change = z.object({
  cost: costSchema,
  before: value.describe('For each request, mean over the rounds; without what is told of functions that it calls'),
  after: value,
  estimate: value.describe('After less before'),
  low: value.describe('Of a 95 % interval of this change alone'),
  high: value,
  rounds: z.array(value).describe('The change in each round'),
  q: value.describe('The least share of false ones among all that are named at which this would be among them'),
});

const changedFunction = z.object({
  service: z.string(),
  name: z.string(),
  kind: z
    .enum(['own', 'library', 'runtime'])
    .describe(
      'own: not of the standard library; library: of it, below no function that is not; runtime: a part of the runtime',
    ),
  presence: z.enum(['both', 'new', 'gone']).describe('new: in no profile of the first arm; gone: in none of the other'),
  was: z
    .string()
    .optional()
    .describe('Gone from the same caller, and of its size: what it seems to have been called before'),
  caller: z.string().optional().describe('Function under which most of the change is'),
  within: z.string().optional().describe('Function of the standard library in which most of the change is'),
  changes: z.array(change).min(1).describe('What weighs most first'),
});

const total = change.extend({
  service: z.string(),
  isShown: z.boolean(),
  detectable: value.describe(
    'A change of a single function that costs a tenth of this would have been named from here on',
  ),
});

const moved = z.object({
  service: z.string(),
  cost: costSchema,
  name: z.string(),
  presence: z.enum(['new', 'gone']),
  estimate: value,
  caller: z.string().describe('Costs what it did, all that it calls included'),
});

const flame = z.object({
  service: z.string(),
  cost: costSchema,
  step: z.string().optional().describe('Absent: all steps together'),
  before: value.describe('Of the whole, for each request'),
  after: value,
  names: z.array(z.string()),
  nodes: z
    .array(z.tuple([z.number(), z.number(), value, value, z.enum(['grown', 'shrunk', 'new', 'gone', 'same'])]))
    .describe('Depth, index of its name, before, after, and what is shown; callers before those they call'),
});

/** What profile rounds of two arms say. */
export const codeChangesSchema = z.object({
  state: z
    .enum(['complete', 'interrupted', 'cut-short', 'impossible'])
    .describe('cut-short: not all rounds that were planned have good runs; impossible: nothing could be profiled'),
  message: z.string().describe('What came of the rounds, in a sentence'),
  plannedRounds: z.number().int(),
  rounds: z.array(z.number().int()).describe('Rounds in which both arms have a good run'),
  functions: z.array(changedFunction).describe('Functions that are named: the one that weighs most first'),
  moved: z.array(moved).describe('Functions that are new or gone while their caller costs what it did'),
  totals: z.array(total),
  missing: z
    .array(z.object({ service: z.string(), profile: z.string(), message: z.string() }))
    .describe('Profiles that say nothing, and why'),
  flames: z.array(flame),
  diff: z.string().optional().describe('File for go tool pprof, relative to the directory'),
});

/** See `codeChangesSchema`. */
export type CodeChanges = z.infer<typeof codeChangesSchema>;
/** What functions cost. */
export type Cost = z.infer<typeof costSchema>;
/** A function that is named. */
export type ChangedFunction = CodeChanges['functions'][number];
/** How much one cost of it changed. */
export type CodeChange = ChangedFunction['changes'][number];
/** The tree of both arms in one cost. */
export type CodeFlame = CodeChanges['flames'][number];

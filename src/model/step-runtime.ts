/** What the Go runtimes did in one step of a result: where goroutines were, what profiles say, garbage collection, leaks. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Goroutines at one stack of one target, in one step. */
export const goroutineSiteSchema = z.object({
  target: z.string(),
  reason: z.string().describe("The runtime's own words for what these goroutines wait for"),
  site: z.string().describe('The first function outside the runtime and its plumbing'),
  frames: z.array(z.string()).describe('Innermost first'),
  mean: z.number().describe('Goroutines at this stack, mean over the profiles taken in the step'),
  max: z.number(),
  perAnswerUs: z
    .number()
    .optional()
    .describe(
      "Little's law: the mean divided by the answers per second of the whole load. How long an answer spends there, if goroutines come there for answers only; idle ones of pools and servers count as well",
    ),
});

const profileType = z.enum(['cpu', 'heap', 'mutex', 'block', 'trace', 'goroutineleak', 'dump']);

/** One profile of one target that was taken in a step, or why it was not. */
export const stepProfileSchema = z.object({
  target: z.string(),
  type: profileType,
  outcome: z
    .enum(['ok', 'empty', 'absent', 'busy', 'timed out', 'left out', 'failed'])
    .describe('empty: taken, but nothing was in it; busy: somebody else was profiling; left out: no room in the step'),
  message: z.string().optional(),
});

/** What `rampart profiles --json` prints: the profiles of all steps. */
export const profileListSchema = z.array(
  stepProfileSchema.extend({
    run: z.string().optional().describe('The id of the run; absent where only one was named'),
    step: z.string(),
  }),
);

/** What the profiles of one kind say of one service in a step. */
export const hotSpotSchema = z.object({
  service: z.string(),
  type: profileType,
  unit: z.string().describe('Of all values: nanoseconds (of CPU, or waited) or bytes allocated'),
  replicas: count.describe('Profiles that were added up'),
  windowUs: z.number().describe('Over what time: a CPU window, or from one edge of the step to the other'),
  total: z.number(),
  functions: z
    .array(z.object({ name: z.string(), flat: z.number(), cum: z.number() }))
    .describe('Those with the largest flat value, as `go tool pprof -top` counts'),
  flame: z
    .array(z.tuple([z.number(), z.string(), z.number()]))
    .describe('Depth, function and value of each node of the call tree, callers before those they called'),
});

/** What garbage collection took of one target in a step. */
export const gcShareSchema = z.object({
  target: z.string(),
  cycles: count.describe('That ended in the step'),
  cyclesPerSecond: z.number(),
  forced: count.describe('Of those, by the program: runtime.GC() and its like'),
  cpuPercent: z
    .number()
    .describe(
      'CPU of assists, of dedicated and fractional workers, and of Ps that stood still, of all that GOMAXPROCS allowed in the step',
    ),
  assistPercent: z.number().describe('Of the same whole: marking that allocating goroutines had to do'),
  pausePercent: z.number().describe('Of the time of the step, the world stood still for a cycle'),
  lost: count.optional().describe('Cycles whose lines are missing, so that the shares are too low; absent when none'),
});

/** Goroutines of one target that nothing can wake any more, at one stack. */
export const goroutineLeakSchema = z.object({
  target: z.string(),
  count: count.describe('Goroutines at this stack'),
  reason: z.string().describe("The runtime's own words for what they wait for"),
  site: z.string().describe('The first function outside the runtime and its plumbing'),
  frames: z.array(z.string()).describe('Innermost first'),
});

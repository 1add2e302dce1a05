/** The contract: the verdict in `gate.json`. Effects are natural logarithms of candidate over baseline; what is not finite is null. */
import { z } from 'zod';
import { columnKey, verdictSchema, waiverSchema } from './gate-terms.ts';

const log = z.number().nullable();

const problem = z.object({
  code: z.string(),
  message: z.string(),
  round: z.number().optional(),
  arm: z.string().optional(),
  step: z.string().optional(),
});

const waits = z
  .object({
    took: z.number(),
    none: z.number(),
    never: z.number(),
    unknown: z.number(),
    medianUs: z.number().optional(),
  })
  .describe('Rounds of one arm by what came of them; median of those that came to an end');

const cell = z.object({
  ...columnKey,
  rps: z.number().optional(),
  outcome: z
    .enum(['worse', 'waived', 'ruled-out', 'open'])
    .describe(
      'worse: beyond the tolerance; waived: worse, and somebody answers for it; ruled-out: bounded below what must not pass, never of slow-share and lost; open: none of these',
    ),
  estimate: log.describe('Hodges-Lehmann; positive is worse'),
  low: log.describe('Of a 90 % interval'),
  high: log,
  upper: log.describe('The effect is below this, with the error that the look may make'),
  p: z.number().describe('Of the effect beyond the tolerance, adjusted for all columns and the looks before'),
  sd: z.number().describe('Spread of the rounds'),
  detectable: log.describe('Would have been shown with a probability of 95 %'),
  waits: z
    .object({ baseline: waits, candidate: waits, leftOut: z.number().describe('Rounds that say nothing') })
    .optional()
    .describe(
      'Of recovery and converged; a round that never came to an end counts as longer than any, and is no number',
    ),
  waiver: waiverSchema.optional().describe('Of this column, needed or not'),
});

const decision = z.object({
  outcome: verdictSchema.exclude(['invalid']),
  look: z.object({
    rounds: z.number(),
    alpha: z.number().describe('The error it may make in calling harmless arms worse'),
    beta: z.number().describe('The error it may make in passing a harmful arm'),
    isLast: z.boolean(),
  }),
  cells: z.array(cell).readonly(),
  absent: z
    .array(z.object({ step: z.string(), rps: z.number(), reason: z.string(), isCovered: z.boolean() }))
    .readonly()
    .describe('Steps that are not judged by their latency; covered: through capacity'),
  uncrossed: z
    .enum(['above', 'below'])
    .optional()
    .describe('Where capacity ends for both arms in every round, when it is not within the rates of the ramp'),
  isExact: z.boolean().describe('Whether all sign vectors were tried; else a seeded sample of `flips`'),
  flips: z.number(),
});

const rule = z.object({
  rule: z.string(),
  step: z
    .string()
    .describe(
      'Of a rule on faults or conditions the fault, or the condition and its event; empty of a rule over the whole run',
    ),
  outcome: z.enum(['met', 'missed', 'open', 'no-data']),
  isMeasured: z
    .literal(true)
    .optional()
    .describe('Of no-data: its step was measured, and no run has enough of what it is about'),
  excess: log.describe('What was seen over the bound; positive is missed'),
  bound: log.describe('Of the excess, on the side of the outcome'),
});

/** A verdict with everything it rests on. */
export const gateVerdictSchema = z.object({
  verdict: verdictSchema,
  reason: z.enum(['same']).optional().describe('Why nothing was run; same: both arms are the same state'),
  isFinal: z.boolean().describe('Further rounds would not change it'),
  finishedRounds: z.number(),
  usedRounds: z.number(),
  setAside: z.array(problem).readonly().describe('Rounds that could not be used, and why'),
  invalid: z.array(problem).readonly(),
  isNoisy: z.boolean().describe('Too many windows were disturbed by others to say anything'),
  decision: decision.optional().describe('Of the last look; absent before the first'),
  rules: z.array(rule).readonly(),
  cutOff: z
    .object({ baseline: z.number(), candidate: z.number() })
    .optional()
    .describe('Runs that were cut off, where the candidate had more of them: it does not pass then'),
  slotEffect: log.optional().describe('How much slower whatever ran second was, where that was shown'),
});

/** What a gate said. */
export type GateVerdict = z.infer<typeof gateVerdictSchema>;
/** What one look says. */
export type Decision = NonNullable<GateVerdict['decision']>;
/** One moment of decision. */
export type Look = Decision['look'];
/** What the rounds say of one column. */
export type CellReading = Decision['cells'][number];
/** Stands for the step of a rule that is about all measured steps together. */
export const wholeRun = '';
/** What came of one rule on one step. */
export type RuleReading = GateVerdict['rules'][number];
/** One broken screen: where, and what it means; codes are stable. */
export type GateProblem = GateVerdict['invalid'][number];

/** The contract: the verdict in `gate.json`. Effects are natural logarithms of candidate over baseline; what is not finite is null. */
import { z } from 'zod';

const log = z.number().nullable();

const problem = z.object({
  code: z.string(),
  message: z.string(),
  round: z.number().optional(),
  arm: z.string().optional(),
  step: z.string().optional(),
});

const cell = z.object({
  metric: z.enum(['p99', 'slow-share', 'capacity']),
  step: z.string().optional().describe('Absent for capacity, which is of the whole ramp'),
  rps: z.number().optional(),
  outcome: z
    .enum(['worse', 'waived', 'ruled-out', 'open'])
    .describe('worse: beyond the tolerance; ruled-out: bounded below what must not pass; open: neither'),
  estimate: log.describe('Hodges-Lehmann; positive is worse'),
  low: log.describe('Of a 90 % interval'),
  high: log,
  upper: log.describe('The effect is below this, with the error that the look may make'),
  p: z.number().describe('Of the effect beyond the tolerance, adjusted for all columns'),
  sd: z.number().describe('Spread of the rounds'),
  detectable: log.describe('Would have been shown with a probability of 95 %'),
  waiver: z.record(z.string(), z.unknown()).optional().describe('Of this column, needed or not'),
});

const decision = z.object({
  outcome: z.enum(['pass', 'fail', 'cannot-tell']),
  look: z.object({ rounds: z.number(), alpha: z.number(), beta: z.number(), isLast: z.boolean() }),
  cells: z.array(cell).readonly(),
  absent: z
    .array(z.object({ step: z.string(), rps: z.number(), reason: z.string(), isCovered: z.boolean() }))
    .readonly()
    .describe('Steps that are not judged by their latency; covered: through capacity'),
  uncrossed: z
    .enum(['above', 'below'])
    .optional()
    .describe('Where capacity ends for both arms in every round, when it is not within the rates of the ramp'),
  isExact: z.boolean(),
  flips: z.number(),
});

const rule = z.object({
  rule: z.string(),
  step: z.string(),
  outcome: z.enum(['met', 'missed', 'open', 'no-data']),
  excess: log.describe('What was seen over the bound; positive is missed'),
  bound: log,
});

/** What a gate said. */
export const gateVerdictSchema = z.object({
  verdict: z.enum(['pass', 'fail', 'cannot-tell', 'invalid']),
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

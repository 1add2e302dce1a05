/** What holding a state against itself showed on one machine: the newest one of a scenario is kept and read by its gates. */
import { z } from 'zod';
import { columnKey } from './gate-terms.ts';
import { machineSchema } from './machine.ts';

/** Raised when a kept self-check can no longer be read. */
const selfCheckVersion = 1;

const row = z.object({
  ...columnKey,
  spreadPercent: z.number().describe('Standard deviation of the log-ratio of a round, in percent'),
  detectable: z
    .array(z.object({ rounds: z.number(), percent: z.number().nullable().describe('null: unbounded') }))
    .describe('The slowdown that a gate of so many rounds would fail with a probability of 95 %'),
  roundsNeeded: z
    .number()
    .optional()
    .describe('Rounds after which the wanted slowdown is shown; absent when none are enough, and of slow shares'),
});

/** The stored file, and `self-check.json` of a gate's directory. */
export const selfCheckSchema = z.object({
  schemaVersion: z.literal(selfCheckVersion).default(selfCheckVersion),
  kind: z.literal('self-check'),
  id: z.string(),
  checkedAt: z.string().describe('Wall time, ISO 8601, UTC'),
  toolVersion: z.string(),
  machine: machineSchema.pick({ cpuModel: true, cpus: true }),
  scenario: z.object({ name: z.string(), digest: z.string() }),
  outcome: z
    .enum(['passed', 'failed', 'invalid', 'noisy', 'unfinished'])
    .describe('failed: a difference was shown where there is none; unfinished: too few rounds for a look'),
  message: z.string(),
  usedRounds: z.number(),
  detectPercent: z.number(),
  rows: z.array(row),
  roundsNeeded: z.number().optional().describe('The most that any row needs; absent when none are enough'),
  minutesNeeded: z.number().optional(),
});

/** What one self-check showed. */
export type SelfCheck = z.infer<typeof selfCheckSchema>;

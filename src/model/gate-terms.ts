/** The words of gates that several files hold: what can be judged, what can be said, and what somebody answers for. */
import { z } from 'zod';

/** What a gate can judge. */
export const gateMetricSchema = z.enum(['p99', 'slow-share', 'capacity']);

/** See `gateMetricSchema`. */
export type GateMetric = z.infer<typeof gateMetricSchema>;

/** What a gate can say. */
export const verdictSchema = z.enum(['pass', 'fail', 'cannot-tell', 'invalid']);

/** See `verdictSchema`. */
export type Verdict = z.infer<typeof verdictSchema>;

/** The names of a gate's arms, in its rounds and its flags. */
export const gateArms = ['baseline', 'candidate'] as const;

/** One of the two. */
export type ArmName = (typeof gateArms)[number];

/** Of what a column of numbers is: a metric, of one step or of the whole ramp. */
export const columnKey = {
  metric: gateMetricSchema,
  step: z.string().optional().describe('Absent for capacity, which is of the whole ramp'),
};

/** One shown slowdown that somebody answers for, up to a day. */
export const waiverSchema = z.strictObject({
  ...columnKey,
  owner: z.string().min(1),
  reason: z.string().min(1),
  expires: z.string().describe('The last day on which it holds, YYYY-MM-DD, UTC'),
});

/** See `waiverSchema`. */
export type Waiver = z.infer<typeof waiverSchema>;

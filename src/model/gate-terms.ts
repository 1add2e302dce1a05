/** The words of gates that several files hold: what can be judged, what can be said, and what somebody answers for. */
import { z } from 'zod';

/** What a gate can judge. */
export const gateMetricSchema = z.enum(['p99', 'slow-share', 'capacity', 'recovery', 'lost', 'converged']);

/** See `gateMetricSchema`. */
export type GateMetric = z.infer<typeof gateMetricSchema>;

/** What a gate can say. */
export const verdictSchema = z.enum(['pass', 'fail', 'cannot-tell', 'invalid']);

/** See `verdictSchema`. */
export type Verdict = z.infer<typeof verdictSchema>;

/** Metrics of the steps or the whole of a load; the others are of faults and conditions. */
export type LoadMetric = Exclude<GateMetric, 'recovery' | 'lost' | 'converged'>;

/** Whether a metric is of a fault or a condition. */
export function isFaultMetric(metric: GateMetric): metric is Exclude<GateMetric, LoadMetric> {
  return metric === 'recovery' || metric === 'lost' || metric === 'converged';
}

/** Whether a metric can only fail a gate, because what it counts varies too much to rule anything out. */
export function canOnlyFail(metric: GateMetric): boolean {
  return metric === 'slow-share' || metric === 'lost';
}

/** The names of a gate's arms, in its rounds and its flags. */
export const gateArms = ['baseline', 'candidate'] as const;

/** One of the two. */
export type ArmName = (typeof gateArms)[number];

/** Of what a column of numbers is: a metric, of one step, of the whole ramp, of a fault, or of a condition after an event. */
export const columnKey = {
  metric: gateMetricSchema,
  step: z.string().optional().describe('Absent for capacity, which is of the whole ramp, and for what is of no step'),
  of: z
    .string()
    .optional()
    .describe(
      'The fault of recovery and lost; of converged the condition and its event, such as `members=3 after start`',
    ),
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

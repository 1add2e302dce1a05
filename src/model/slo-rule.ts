/** A rule on a measured value: of a scenario for its runs, of a gate for its candidate alone. */
import { z } from 'zod';

/** See `SloRule`. */
export const sloRuleSchema = z.object({
  text: z.string(),
  metric: z.enum(['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean', 'errors', 'dropped', 'resent', 'rps']),
  comparison: z.enum(['<', '<=', '>', '>=']),
  bound: z.number().describe('Latencies in microseconds, shares from 0 to 1, rates in requests per second'),
  step: z.string().optional().describe('Absent: every measured step'),
});

/** A rule such as `p99 < 50ms`. */
export type SloRule = z.infer<typeof sloRuleSchema>;
/** What a rule can be about. */
export type SloMetric = SloRule['metric'];

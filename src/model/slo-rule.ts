/** A rule on a measured value: of a scenario for its runs, of a gate for its candidate alone. */
import { z } from 'zod';

/** See `SloRule`. */
export const sloRuleSchema = z.object({
  text: z.string().describe('As it is shown, its request before it'),
  metric: z.enum([
    'p50',
    'p90',
    'p95',
    'p99',
    'p999',
    'max',
    'mean',
    'errors',
    'dropped',
    'resent',
    'rps',
    'recovery',
    'converged',
  ]),
  clock: z
    .enum(['service', 'ttfb', 'lag'])
    .optional()
    .describe('Which latency; absent: response time. ttfb: from the request written to the first byte of its answer'),
  kind: z
    .string()
    .optional()
    .describe('Of errors: their class, such as timeout, 5xx or 429, or one kind; absent: all of them'),
  unit: z
    .enum(['count'])
    .optional()
    .describe('The bound is a number of arrivals; absent: a share of them, or what the metric is measured in'),
  request: z.string().optional().describe('Absent: all requests together'),
  of: z
    .string()
    .optional()
    .describe('The fault that is to be recovered from, or the condition that is to hold; absent: every one'),
  after: z
    .object({ event: z.enum(['start', 'fault', 'fault-end']), fault: z.string().optional() })
    .optional()
    .describe('Of convergence: the one event after which it is to hold; absent: each of them'),
  comparison: z.enum(['<', '<=', '>', '>=', '==']),
  bound: z
    .number()
    .describe('Latencies and durations in microseconds, shares from 0 to 1, counts, rates in requests per second'),
  step: z.string().optional().describe('Absent: every measured step'),
  steps: z.array(z.string()).readonly().optional().describe('Each of several steps'),
  over: z.enum(['run']).optional().describe('run: over all measured steps together, once; absent: each by itself'),
  abort: z
    .object({ afterMs: z.number() })
    .optional()
    .describe('It ends a run in which it is broken; not before so long after the beginning of what it is about'),
});

/** A rule such as `p99 < 50ms`. */
export type SloRule = z.infer<typeof sloRuleSchema>;
/** What a rule can be about. */
export type SloMetric = SloRule['metric'];
/** What a rule about a step can be about. */
export type StepMetric = Exclude<SloMetric, 'recovery' | 'converged'>;
/** A rule on what was measured of a step. */
export type StepRule = SloRule & { readonly metric: StepMetric };

/** Whether a rule is about steps; the others are about faults and conditions. */
export function isStepRule(rule: SloRule): rule is StepRule {
  return rule.metric !== 'recovery' && rule.metric !== 'converged';
}

/** Whether a rule is about what all users saw: no other clock, no single request, no single kind of failure, no mere count. */
export function isPlain({ clock, kind, unit, request }: SloRule): boolean {
  return clock === undefined && kind === undefined && unit === undefined && request === undefined;
}

/** Whether a rule is judged on a step by itself; without steps of its own on every measured one. */
export function isAbout({ step, steps, over }: SloRule, name: string): boolean {
  if (over === 'run') return false;
  return steps ? steps.includes(name) : step === undefined || step === name;
}

/** The steps that a rule names. */
export function namedSteps({ step, steps }: SloRule): readonly string[] {
  return steps ?? (step === undefined ? [] : [step]);
}

/** SLO rules judged on each measured step; a rule without enough data never passes. */
import type { LatencySummary } from '../../model/histogram.ts';
import type { SloOutcome, StepResult } from '../../model/run-result.ts';
import type { SloMetric, SloRule } from '../../model/slo-rule.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';

/** Ten samples beyond a percentile are the least that says anything about it. */
export const samplesBeyond = 10;

const quantiles: Readonly<Partial<Record<SloMetric, number>>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
};

/** One outcome for each rule and each measured step the rule is about; a rule that meets no step is `no-data`. */
export function judgeSlo(rules: readonly SloRule[], steps: readonly StepResult[]): SloOutcome[] {
  const measured = steps.filter((step) => step.kind === 'measure');
  return rules.flatMap((rule): SloOutcome[] => {
    const own = measured.filter((step) => rule.step === undefined || rule.step === step.name);
    if (own.length === 0)
      return [{ rule: rule.text, step: rule.step, observed: 'the step was not measured', outcome: 'no-data' }];
    return own.map((step) => judge(rule, step));
  });
}

function judge(rule: SloRule, step: StepResult): SloOutcome {
  const outcome = (observed: string, result: SloOutcome['outcome']) => ({
    rule: rule.text,
    step: step.name,
    observed,
    outcome: result,
  });
  const answered = step.responseUs.count;
  const needed = answersNeeded(rule);
  if (step.load.planned === 0 || (isLatency(rule.metric) && answered < needed)) {
    return outcome(`${answered} answers, ${needed} are needed`, 'no-data');
  }
  const value = observedValue(rule.metric, step);
  const ownUs = isLatency(rule.metric) ? ownErrorUsOf(rule.metric, step) : 0;
  const observed = describe(rule.metric, value);
  if (holds(value, rule) === holds(value - ownUs, rule)) return outcome(observed, holds(value, rule) ? 'pass' : 'fail');
  return outcome(`${observed}, of it at most ${formatLatencyUs(ownUs)} the generator's own`, 'cannot-tell');
}

/** How many answers a rule needs before it says anything. */
export function answersNeeded({ metric }: SloRule): number {
  const quantile = quantiles[metric];
  return quantile === undefined ? 1 : Math.round(samplesBeyond / (1 - quantile));
}

/** Whether a rule is of a response time. */
export function isLatency(metric: SloMetric): metric is SloMetric & keyof LatencySummary {
  return metric !== 'errors' && metric !== 'dropped' && metric !== 'resent' && metric !== 'rps';
}

function observedValue(metric: SloMetric, step: StepResult): number {
  if (isLatency(metric)) return step.responseUs[metric];
  const { planned, completed, dropped, resent = 0, completedRps } = step.load;
  if (metric === 'rps') return completedRps;
  if (metric === 'resent') return resent / planned;
  return (metric === 'dropped' ? dropped : planned - completed) / planned;
}

/** Of a maximum and a mean there is no bound from quantiles: the echo's own are as good. */
function ownErrorUsOf(metric: keyof LatencySummary, { ownErrorUs, echoUs, responseUs }: StepResult): number {
  if (!ownErrorUs || !echoUs || metric === 'count') return 0;
  return Math.min(metric === 'max' || metric === 'mean' ? echoUs[metric] : ownErrorUs[metric], responseUs[metric]);
}

function describe(metric: SloMetric, value: number): string {
  if (isLatency(metric)) return formatLatencyUs(value);
  return metric === 'rps' ? `${formatNumber(value)}/s` : `${(value * 100).toFixed(value === 0 ? 0 : 3)} %`;
}

function holds(value: number, { comparison, bound }: SloRule): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}

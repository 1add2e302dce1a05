/** Absolute rules for one arm over many rounds: met, missed or open, by the same bounds as a comparison. */
import type { ArmStep } from '../../model/comparison.ts';
import type { Look, RuleReading } from '../../model/gate-verdict.ts';
import { decodeHistogram } from '../../model/histogram.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { slowShare } from '../rounds/slow-share.ts';
import { medianP99Us } from '../rounds/window-p99.ts';
import { finite } from '../statistics/effect.ts';
import { hodgesLehmann, lowerBound, upperBound } from '../statistics/walsh-bounds.ts';

/**
 * Each rule on each step it is about, over the candidate's steps by round. A rule is missed when the lower Walsh bound of ln(value / bound)
 * is above 0, at alpha shared by all rules (Bonferroni), and met when the upper one is below 0, at beta.
 */
export function readRules(
  rules: readonly SloRule[],
  rounds: readonly (readonly ArmStep[])[],
  look: Look,
): RuleReading[] {
  const names = (rounds[0] ?? []).map(({ name }) => name);
  const asked = rules.flatMap((rule) =>
    names.filter((name) => rule.step === undefined || rule.step === name).map((step) => ({ rule, step })),
  );
  const absent = rules.filter(({ step }) => step !== undefined && !names.includes(step));
  return [
    ...asked.map(({ rule, step }): RuleReading => {
      const own = rounds.flatMap((steps) => steps.filter(({ name }) => name === step));
      const values = own.map((each) => excessOf(rule, each));
      const lowest = own.map((each) => Math.min(excessOf(rule, each), excessOf(rule, each, ownErrorUsOf(rule, each))));
      const low = lowerBound(lowest, look.alpha / asked.length);
      const high = upperBound(values, look.beta);
      const outcome = low > 0 ? 'missed' : high < 0 ? 'met' : 'open';
      return {
        rule: rule.text,
        step,
        outcome,
        excess: finite(hodgesLehmann(values)),
        bound: finite(outcome === 'missed' ? low : high),
      };
    }),
    ...absent.map(
      (rule): RuleReading => ({
        rule: rule.text,
        step: rule.step ?? '',
        outcome: 'no-data',
        excess: null,
        bound: null,
      }),
    ),
  ];
}

/** What of a percentile may be the generator's own, so that nothing is missed because of it. */
function ownErrorUsOf({ metric }: SloRule, { ownErrorUs }: ArmStep): number {
  return ownErrorUs && metric in ownErrorUs ? ownErrorUs[metric as keyof typeof ownErrorUs] : 0;
}

function excessOf(rule: SloRule, step: ArmStep, lessUs = 0): number {
  const value = observedValue(rule, step);
  const ratio = Math.log(lessUs > 0 ? Math.max(1, value - lessUs) : value) - Math.log(rule.bound);
  return rule.comparison.startsWith('<') ? ratio : -ratio;
}

function observedValue({ metric }: SloRule, step: ArmStep): number {
  const { planned, completed, dropped, resent = 0 } = step.counts;
  switch (metric) {
    case 'p99':
      return medianP99Us(step.windows);
    case 'errors':
      return slowShare(planned - completed, planned);
    case 'dropped':
      return slowShare(dropped, planned);
    case 'resent':
      return slowShare(resent, planned);
    case 'rps':
      return completed / (planned / step.rps);
    case 'mean':
      return decodeHistogram(step.response).mean;
    case 'max':
      return decodeHistogram(step.response).maxValue;
    default:
      return decodeHistogram(step.response).getValueAtPercentile(percentOf[metric]);
  }
}

const percentOf = { p50: 50, p90: 90, p95: 95, p999: 99.9 } as const;

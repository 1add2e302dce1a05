/** A run that one of its own rules ended: what it says of the steps and rules that it did not come to. */
import type { RuleEnd } from '../../model/raw-run.ts';
import type { EarlyEnd, SloOutcome } from '../../model/run-result.ts';
import type { LoadStep } from '../../model/scenario.ts';
import { isAbout, isStepRule, type SloRule } from '../../model/slo-rule.ts';
import type { StepSpan } from './step-spans.ts';

/** Where the rule ended it, by the steps that began. */
export function earlyEndOf(
  end: RuleEnd | undefined,
  steps: readonly LoadStep[],
  spans: readonly StepSpan[],
): EarlyEnd | undefined {
  if (!end) return undefined;
  const begun = spans.filter(({ index }) => index >= 0);
  return {
    ...end,
    atUs: Math.round(end.atUs),
    step: begun.at(-1)?.name ?? steps[0]?.name ?? '',
    notRun: steps.filter((_, at) => !begun.some(({ index }) => index === at)).map(({ name }) => name),
  };
}

const notRun = 'the run was ended before';

/**
 * The outcomes of one rule in such a run. The rule that ended it fails where it did; in the step that was cut short, and over the run,
 * nothing else passes, because it is not known how it would have gone on; what never began is not run.
 */
export function afterEnd(
  rule: SloRule,
  outcomes: readonly SloOutcome[],
  { end, measured }: { readonly end: EarlyEnd; readonly measured: readonly string[] },
): SloOutcome[] {
  const judged = outcomes.map((each): SloOutcome => {
    const isEnder = each.rule === end.rule && each.step === end.brokenIn && rule.abort !== undefined;
    if (isEnder) {
      const seen = each.outcome === 'fail' ? each.observed : end.observed;
      return { ...each, observed: `${seen}; it ended the run`, outcome: 'fail' };
    }
    if (each.outcome === 'pass' && (each.step === end.step || (isStepRule(rule) && rule.over === 'run')))
      return { ...each, observed: `${each.observed} until the run was ended`, outcome: 'cannot-tell' };
    const isOfNothing = each.outcome === 'no-data' && (each.step === undefined || end.notRun.includes(each.step));
    return isOfNothing ? { ...each, observed: notRun, outcome: 'not-run' } : each;
  });
  const left = measured.filter(
    (name) =>
      isStepRule(rule) &&
      isAbout(rule, name) &&
      end.notRun.includes(name) &&
      !judged.some(({ step }) => step === name || step === undefined),
  );
  return [
    ...judged,
    ...left.map((step): SloOutcome => ({ rule: rule.text, step, observed: notRun, outcome: 'not-run' })),
  ];
}

/** What rules saw in one run, as far as a comparison does not keep what they look at. */
import type { ArmRun } from '../../model/comparison.ts';
import type { RunResult } from '../../model/run-result.ts';
import { isPlain, isStepRule, type SloRule } from '../../model/slo-rule.ts';

/** Whether a rule is read from what its runs recorded of it, and not from the latencies and counts of a step. */
export function isRecorded(rule: SloRule): boolean {
  return isStepRule(rule) && (!isPlain(rule) || rule.over === 'run');
}

/** The values of such rules; empty where there are none. */
export function ruledRecord(rules: readonly SloRule[], { slo }: RunResult): Pick<ArmRun, 'ruled'> {
  const texts = new Set(rules.filter(isRecorded).map(({ text }) => text));
  const ruled = slo.flatMap(({ rule, step, value, least, arrivals = 0 }) => {
    if (!texts.has(rule) || value === undefined) return [];
    const seen = { value, ...(least === undefined ? {} : { least }), arrivals };
    return [{ rule, ...(step === undefined ? {} : { step }), ...seen }];
  });
  return ruled.length > 0 ? { ruled } : {};
}

/** SLO rules about how long it took to recover from a fault. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { SloOutcome } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { formatDurationMs } from '../../model/units.ts';
import { holds } from '../run/slo.ts';

/** One outcome for each rule about recovery and each fault that it is about; a rule that meets none is `no-data`. */
export function judgeRecovery(rules: readonly SloRule[], faults: readonly FaultOutcome[]): SloOutcome[] {
  return rules.filter(({ metric }) => metric === 'recovery').flatMap((rule) => recoveryOutcomes(rule, faults));
}

function recoveryOutcomes(rule: SloRule, faults: readonly FaultOutcome[]): SloOutcome[] {
  const own = faults.filter(({ name }) => rule.of === undefined || rule.of === name);
  if (own.length > 0) return own.map((fault) => ({ rule: rule.text, ...recoveryOutcome(rule, fault) }));
  const observed = rule.of === undefined ? 'no fault began' : `${rule.of} did not begin`;
  return [{ rule: rule.text, observed, outcome: 'no-data' }];
}

/**
 * Recovery counts from the beginning of the fault; where its end did harm once more, from its end, when that is more. Who was never harmed
 * has recovered at once.
 */
function recoveryOutcome(rule: SloRule, fault: FaultOutcome): Pick<SloOutcome, 'observed' | 'outcome'> {
  const { name, startUs, failed, recovery } = fault;
  const told = (observed: string, outcome: SloOutcome['outcome']) => ({ observed: `${name}: ${observed}`, outcome });
  if (startUs === undefined) return told(`could not be put in force: ${failed ?? 'no reason is known'}`, 'no-data');
  switch (recovery.state) {
    case 'no-harm':
      return told('no harm', holds(0, rule) ? 'pass' : 'fail');
    case 'cannot-tell':
      return told(recovery.why, 'cannot-tell');
    case 'not-recovered':
      // Whatever it would have come to is more than any bound.
      return told(recovery.why, holds(Number.POSITIVE_INFINITY, rule) ? 'pass' : 'fail');
    case 'recovered': {
      const us = recoveryUsOf(recovery) ?? 0;
      const { uncertaintyUs = 0 } = recovery;
      const words = `${formatDurationMs(Math.round(us / 1000))} ± ${formatDurationMs(Math.round(uncertaintyUs / 1000))}`;
      if (holds(us - uncertaintyUs, rule) !== holds(us + uncertaintyUs, rule)) return told(words, 'cannot-tell');
      return told(words, holds(us, rule) ? 'pass' : 'fail');
    }
  }
}

/** The time that a recovery took, by which it is judged and compared; undefined where it did not come, or nobody can tell. */
function recoveryUsOf({ state, afterUs = 0, afterEndUs = 0 }: FaultOutcome['recovery']): number | undefined {
  if (state === 'no-harm') return 0;
  return state === 'recovered' ? Math.max(afterUs, afterEndUs) : undefined;
}

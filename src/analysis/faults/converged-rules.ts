/** Rules about how long conditions take to hold after events, judged by the worst of these. */
import type { Convergence } from '../../model/fault-outcome.ts';
import type { SloOutcome } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { holds } from '../run/slo.ts';

/** One outcome for each rule about convergence, in their order. */
export function judgeConverged(rules: readonly SloRule[], convergences: readonly Convergence[]): SloOutcome[] {
  return rules
    .filter(({ metric }) => metric === 'converged')
    .map((rule): SloOutcome => {
      const own = convergences.filter((each) => isOf(each, rule)).map((each) => judge(each, rule));
      const worst = own.toSorted(
        (a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || b.tookUs - a.tookUs,
      )[0];
      if (!worst) return { rule: rule.text, observed: 'no such event was seen', outcome: 'no-data' };
      return { rule: rule.text, observed: worst.observed, outcome: worst.outcome };
    });
}

/** From worst to best. */
const order: readonly SloOutcome['outcome'][] = ['fail', 'cannot-tell', 'no-data', 'pass'];

function isOf({ condition, event, after }: Convergence, rule: SloRule): boolean {
  if (rule.of !== undefined && rule.of !== condition) return false;
  return !rule.after || (rule.after.event === event && (event === 'start' || rule.after.fault === after));
}

interface Judged extends Pick<SloOutcome, 'observed' | 'outcome'> {
  readonly tookUs: number;
}

function judge(each: Convergence, rule: SloRule): Judged {
  const { condition, state, tookUs = 0, uncertaintyUs = 0, fromUs, untilUs } = each;
  const since = `after ${eventText(each)}`;
  if (state === 'held') return { tookUs: 0, outcome: 'pass', observed: `${condition} never ceased to hold ${since}` };
  if (state === 'not-converged') {
    const lengthUs = untilUs - fromUs;
    const observed = `${condition} did not hold for the ${formatLatencyUs(lengthUs)} that it was looked at ${since}`;
    // Had it been looked at for longer, it might have come in time.
    return { tookUs: lengthUs, outcome: holds(lengthUs, rule) ? 'cannot-tell' : 'fail', observed };
  }
  const observed = `${condition} in ${formatLatencyUs(tookUs)} ${since}`;
  if (holds(tookUs, rule)) return { tookUs, outcome: 'pass', observed };
  const isSure = !holds(tookUs - uncertaintyUs, rule);
  if (isSure) return { tookUs, outcome: 'fail', observed };
  return { tookUs, outcome: 'cannot-tell', observed: `${observed}, perhaps ${formatLatencyUs(uncertaintyUs)} sooner` };
}

/** `the start`, `kill-api`, `the end of kill-api`. */
function eventText({ event, after }: Convergence): string {
  if (event === 'start') return 'the start';
  return event === 'fault' ? after : `the end of ${after}`;
}

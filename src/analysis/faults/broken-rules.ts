/** For how long rules about latency and errors did not hold, by short windows. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import { isAbout, isPlain, type SloRule } from '../../model/slo-rule.ts';
import { holds } from '../run/slo.ts';
import { quantileOf, responsesOf } from './arrivals.ts';
import { hasArrivals, type Slot } from './slots.ts';

type Broken = FaultOutcome['broken'][number];

const quantiles: Readonly<Partial<Record<SloRule['metric'], number>>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
  max: 1,
};

/** Windows, and the name of the step that each is in. */
export interface SteppedSlots {
  readonly slots: readonly Slot[];
  readonly slotUs: number;
  stepAt(us: number): string | undefined;
}

/**
 * The rules that did not hold in some of the windows. Who was not answered well has waited longer than any bound of a latency. Rules about
 * what cannot be seen of a single window (a mean, a rate, what was dropped or sent again, one request or one kind of failure) are left out.
 */
export function brokenRules(rules: readonly SloRule[], { slots, slotUs, stepAt }: SteppedSlots): Broken[] {
  return rules.filter(isPlain).flatMap((rule) => {
    const broken = slots.filter(
      (slot) => hasArrivals(slot) && isAbout(rule, stepAt(slot.fromUs) ?? '') && isBroken(rule, slot),
    );
    const [first, last] = [broken[0], broken.at(-1)];
    if (!first || !last) return [];
    return [{ rule: rule.text, fromUs: first.fromUs, toUs: last.fromUs + slotUs, totalUs: broken.length * slotUs }];
  });
}

function isBroken(rule: SloRule, { answered, lost, bins }: Slot): boolean {
  if (rule.metric === 'errors') return !holds(lost / (answered + lost), rule);
  const share = quantiles[rule.metric];
  const value = share === undefined ? undefined : quantileOf(responsesOf(bins), share, lost);
  return value !== undefined && !holds(value, rule);
}

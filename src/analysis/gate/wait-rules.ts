/** Rules of a gate on recovery and convergence: which faults and conditions they are about, and by how much each round was beyond. */
import { convergenceName, convergenceOf, recoveryOf, type Waited } from '../../model/arm-faults.ts';
import type { TrialRun } from '../../model/gate-input.ts';
import { isStepRule, type SloRule } from '../../model/slo-rule.ts';
import { waitedRatio } from '../rounds/waited.ts';

/** The part of a run that such rules look at. */
export type FaultRun = Pick<TrialRun, 'faults' | 'convergences'>;

/** One rule on one fault, or on one condition after an event; ln of each round's time over the bound. */
export interface RuledWait {
  readonly rule: SloRule;
  readonly of: string;
  readonly excesses: readonly number[];
}

/** Every such rule on all that it is about; one that is about nothing there is has no values. */
export function askedWaits(all: readonly SloRule[], runs: readonly FaultRun[]): RuledWait[] {
  return all
    .filter((rule) => !isStepRule(rule))
    .flatMap((rule): RuledWait[] => {
      const waits = rule.metric === 'recovery' ? recoveries(rule, runs) : convergences(rule, runs);
      const bound: Waited = { kind: 'took', us: rule.bound };
      const ruled = [...waits].map(([of, own]) => ({
        rule,
        of,
        excesses: own.map((each) => waitedRatio(each, bound)),
      }));
      return ruled.length > 0 ? ruled : [{ rule, of: rule.of ?? '', excesses: [] }];
    });
}

function recoveries({ of }: SloRule, runs: readonly FaultRun[]): Map<string, Waited[]> {
  return grouped(
    runs.flatMap(({ faults = [] }) =>
      faults.filter(({ name }) => (of ?? name) === name).map((fault) => [fault.name, recoveryOf(fault)] as const),
    ),
  );
}

function convergences({ of }: SloRule, runs: readonly FaultRun[]): Map<string, Waited[]> {
  return grouped(
    runs.flatMap(({ convergences: own = [] }) =>
      own
        .filter(({ condition }) => (of ?? condition) === condition)
        .map((each) => [convergenceName(each), convergenceOf(each)] as const),
    ),
  );
}

function grouped(pairs: readonly (readonly [string, Waited])[]): Map<string, Waited[]> {
  const found = new Map<string, Waited[]>();
  for (const [name, waited] of pairs) found.set(name, [...(found.get(name) ?? []), waited]);
  return found;
}

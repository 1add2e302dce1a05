/** All rules of a scenario, those of faults among them, judged by what a run came to. */
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import { isObservation, type RecordedScenario } from '../../model/raw-run.ts';
import type { EarlyEnd, RunResult, StepResult } from '../../model/run-result.ts';
import { isStepRule, type SloRule } from '../../model/slo-rule.ts';
import { afterEnd } from '../run/early-end.ts';
import { judgeSlo, type WholeRun } from '../run/slo.ts';
import { loadOver } from '../run/step-load.ts';
import type { StepSpan } from '../run/step-spans.ts';
import { judgeConverged } from './converged-rules.ts';
import { judgeRecovery } from './recovery-rules.ts';

/** What rules are held against. */
interface Judged extends Pick<RunResult, 'faults' | 'convergences'> {
  readonly steps: readonly StepResult[];
  readonly whole: WholeRun | undefined;
  readonly end: EarlyEnd | undefined;
}

/** Each rule and what came of it; of a run that ended early only what can be told. */
export function slosOf(
  scenario: RecordedScenario,
  { steps, whole, end, faults = [], convergences = [] }: Judged,
): RunResult['slo'] {
  const rules = scenario.slo;
  if (!end || isObservation(scenario))
    return [...judgeSlo(rules, steps, whole), ...judgeRecovery(rules, faults), ...judgeConverged(rules, convergences)];
  const measured = scenario.load.steps.filter(({ measure }) => measure).map(({ name }) => name);
  const judged = (own: readonly SloRule[], judge: (rule: SloRule) => RunResult['slo']) =>
    own.flatMap((rule) => afterEnd(rule, judge(rule), { end, measured }));
  const others = rules.filter((rule) => !isStepRule(rule));
  return [
    ...judged(rules.filter(isStepRule), (rule) => judgeSlo([rule], steps, whole)),
    ...judged(others, (rule) => judgeRecovery([rule], faults)),
    ...judged(others, (rule) => judgeConverged([rule], convergences)),
  ];
}

/** All measured steps together; undefined where none was. */
export function wholeOf(
  spans: readonly StepSpan[],
  windows: readonly LoadWindow[],
  ticks: readonly LoadTick[],
): WholeRun | undefined {
  const measured = spans.filter(({ kind }) => kind === 'measure');
  if (measured.length === 0) return undefined;
  const durationUs = measured.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0);
  return { durationUs, ...loadOver(measured, windows, ticks) };
}

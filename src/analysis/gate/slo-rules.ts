/** Absolute rules for one arm over many rounds: met, missed or open, by the same bounds as a comparison. */
import type { ArmStep } from '../../model/comparison.ts';
import type { TrialRun } from '../../model/gate-input.ts';
import { type Look, type RuleReading, wholeRun } from '../../model/gate-verdict.ts';
import { decodeHistogram } from '../../model/histogram.ts';
import { isAbout, isStepRule, namedSteps, type SloRule, type StepRule } from '../../model/slo-rule.ts';
import { isRecorded } from '../rounds/ruled-record.ts';
import { slowShare } from '../rounds/slow-share.ts';
import { knownValues } from '../rounds/waited.ts';
import { medianP99Us } from '../rounds/window-p99.ts';
import { holds } from '../run/slo.ts';
import { finite } from '../statistics/effect.ts';
import { hodgesLehmann, lowerBound, upperBound } from '../statistics/walsh-bounds.ts';
import { askedWaits, type FaultRun, type RuledWait } from './wait-rules.ts';

/** What the candidate did, by round. */
export interface CandidateRounds {
  readonly steps: readonly (readonly ArmStep[])[];
  readonly runs: readonly (FaultRun & Pick<TrialRun, 'ruled'>)[];
}

/**
 * Each rule on each step it is about, over the candidate's steps by round. A rule is missed when the lower Walsh bound of ln(value / bound)
 * is above 0, at alpha shared by all rules (Bonferroni), and met when the upper one is below 0, at beta. A rule on a fault or a condition is
 * read alike, with what never ended beyond every bound.
 */
export function readRules(
  all: readonly SloRule[],
  { steps: rounds, runs }: CandidateRounds,
  look: Look,
): RuleReading[] {
  const rules = all.filter(isStepRule);
  const names = (rounds[0] ?? []).map(({ name }) => name);
  const asked = rules.flatMap((rule) =>
    (rule.over === 'run' ? [wholeRun] : names.filter((name) => isAbout(rule, name))).map((step) => ({ rule, step })),
  );
  const waits = askedWaits(all, runs);
  const shared = asked.length + waits.length;
  const absent = rules.flatMap((rule) =>
    namedSteps(rule).flatMap((step) => (names.includes(step) ? [] : [{ rule: rule.text, step }])),
  );
  return [
    ...asked.map(({ rule, step }): RuleReading => {
      const { values, lowest } = isRecorded(rule)
        ? recordedExcesses(rule, step, rounds, runs)
        : excessesOf(
            rule,
            rounds.flatMap((steps) => steps.filter(({ name }) => name === step)),
          );
      if (values.length === 0)
        return { rule: rule.text, step, outcome: 'no-data', isMeasured: true, excess: null, bound: null };
      const low = lowerBound(lowest, look.alpha / shared);
      const high = upperBound(values, look.beta);
      const outcome = low > 0 ? 'missed' : high < 0 ? 'met' : 'open';
      return {
        rule: rule.text,
        step,
        outcome,
        excess: rule.unit === 'count' ? null : finite(hodgesLehmann(values)),
        bound: rule.unit === 'count' ? null : finite(outcome === 'missed' ? low : high),
      };
    }),
    ...waits.map((wait) => readWait(wait, look, shared)),
    ...absent.map((each): RuleReading => ({ ...each, outcome: 'no-data', excess: null, bound: null })),
  ];
}

/** By round: how far beyond its bound, and the same without what may be the generator's own. */
interface Excesses {
  readonly values: readonly number[];
  readonly lowest: readonly number[];
}

function excessesOf(rule: StepRule, own: readonly ArmStep[]): Excesses {
  const values = own.map((each) => excessOf(rule, each));
  return {
    values,
    lowest: own.map((each) => Math.min(excessOf(rule, each), excessOf(rule, each, ownErrorUsOf(rule, each)))),
  };
}

/** From what the runs recorded; of a whole run the worst step says what may be the generator's own. */
function recordedExcesses(
  rule: StepRule,
  step: string,
  rounds: CandidateRounds['steps'],
  runs: CandidateRounds['runs'],
): Excesses {
  const found = runs.flatMap(({ ruled = [] }, round) => {
    const seen = ruled.find((each) => each.rule === rule.text && (each.step ?? wholeRun) === step);
    const steps = (rounds[round] ?? []).filter(({ name }) => step === wholeRun || name === step);
    const ownUs = rule.clock === 'lag' ? 0 : Math.max(0, ...steps.map((each) => ownErrorUsOf(rule, each)));
    return seen ? [{ ...seen, ownUs }] : [];
  });
  const values = found.map(({ value, arrivals }) => recordedExcess(rule, value, arrivals));
  return {
    values,
    lowest: found.map(({ value, arrivals, ownUs }) => {
      const excess = recordedExcess(rule, value, arrivals);
      return ownUs > 0 ? Math.min(excess, recordedExcess(rule, Math.max(1, value - ownUs), arrivals)) : excess;
    }),
  };
}

/** A number of arrivals is as it should be or not, whatever it is; a share and a time are so far beyond their bound. */
function recordedExcess(rule: StepRule, value: number, arrivals: number): number {
  if (rule.unit === 'count') return holds(value, rule) ? -1 : 1;
  const isShare = rule.metric === 'errors' || rule.metric === 'dropped' || rule.metric === 'resent';
  const seen = isShare ? slowShare(value * arrivals, arrivals) : value;
  const ratio = Math.log(seen) - Math.log(rule.bound);
  return rule.comparison.startsWith('<') ? ratio : -ratio;
}

function readWait({ rule, of, excesses }: RuledWait, look: Look, shared: number): RuleReading {
  const values = knownValues(excesses);
  if (values.length === 0) return { rule: rule.text, step: of, outcome: 'no-data', excess: null, bound: null };
  const low = lowerBound(values, look.alpha / shared);
  const high = upperBound(values, look.beta);
  const outcome = low > 0 ? 'missed' : high < 0 ? 'met' : 'open';
  return {
    ...{ rule: rule.text, step: of, outcome },
    excess: finite(hodgesLehmann(values)),
    bound: finite(outcome === 'missed' ? low : high),
  };
}

/** What of a percentile may be the generator's own, so that nothing is missed because of it. */
function ownErrorUsOf({ metric }: StepRule, { ownErrorUs }: ArmStep): number {
  return ownErrorUs && metric in ownErrorUs ? ownErrorUs[metric as keyof typeof ownErrorUs] : 0;
}

function excessOf(rule: StepRule, step: ArmStep, lessUs = 0): number {
  const value = observedValue(rule, step);
  const ratio = Math.log(lessUs > 0 ? Math.max(1, value - lessUs) : value) - Math.log(rule.bound);
  return rule.comparison.startsWith('<') ? ratio : -ratio;
}

function observedValue({ metric }: StepRule, step: ArmStep): number {
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

/** Absolute rules for one arm over many rounds: met, missed or open, by the same bounds as a comparison. */
import type { ArmStep } from '../../model/comparison.ts';
import type { TrialRun } from '../../model/gate-input.ts';
import { type Look, type RuleReading, wholeRun } from '../../model/gate-verdict.ts';
import { decodeHistogram } from '../../model/histogram.ts';
import { isAbout, isStepRule, namedSteps, type SloRule, type StepRule } from '../../model/slo-rule.ts';
import { isRecorded } from '../rounds/ruled-record.ts';
import { slowShare } from '../rounds/slow-share.ts';
import { knownValues } from '../rounds/waited.ts';
import { answersOf, medianP99Us } from '../rounds/window-p99.ts';
import { percentileRange, quantiles } from '../run/lost-slowest.ts';
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
  const found = own.map((each) => {
    const { least, most } = observedOf(rule, each);
    const ownUs = ownErrorUsOf(rule, each);
    const ends = [excessOf(rule, least), excessOf(rule, most)];
    const others = ownUs > 0 ? [least, most].map((value) => excessOf(rule, Math.max(1, value - ownUs))) : [];
    return { value: Math.max(...ends), lowest: Math.min(...ends, ...others) };
  });
  return { values: found.map(({ value }) => value), lowest: found.map(({ lowest }) => lowest) };
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
  const all = found.map(({ value, least = value, arrivals, ownUs }) => {
    const ends = [least, value].map((us) => recordedExcess(rule, us, arrivals));
    const others = [least, value].map((us) => recordedExcess(rule, Math.max(1, us - ownUs), arrivals));
    return { value: Math.max(...ends), lowest: Math.min(...ends, ...(ownUs > 0 ? others : [])) };
  });
  return { values: all.map(({ value }) => value), lowest: all.map(({ lowest }) => lowest) };
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

function excessOf(rule: StepRule, value: number): number {
  const ratio = Math.log(value) - Math.log(rule.bound);
  return rule.comparison.startsWith('<') ? ratio : -ratio;
}

/** The least and the most that a value may be: the same for all but percentiles of a step whose failures nobody kept apart. */
function observedOf({ metric }: StepRule, step: ArmStep): { readonly least: number; readonly most: number } {
  const { planned, completed, dropped, resent = 0 } = step.counts;
  const exactly = (value: number) => ({ least: value, most: value });
  switch (metric) {
    case 'p99':
      return exactly(medianP99Us(step.windows));
    case 'errors':
      return exactly(slowShare(planned - completed, planned));
    case 'dropped':
      return exactly(slowShare(dropped, planned));
    case 'resent':
      return exactly(slowShare(resent, planned));
    case 'rps':
      return exactly(completed / (planned / step.rps));
    case 'mean':
      return exactly(decodeHistogram(step.response).mean);
    case 'max':
      return exactly(decodeHistogram(step.response).maxValue);
    default: {
      const lost = step.lost === undefined ? undefined : decodeHistogram(step.lost);
      const [least, most] = percentileRange(
        answersOf(decodeHistogram(step.response), lost, step.counts),
        quantiles[metric],
      );
      return { least, most };
    }
  }
}

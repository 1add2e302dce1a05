/**
 * A gate and its verdict to what reports show: one check for each step and metric that was asked, with percentages instead of logarithms.
 */
import type { Gate } from '../../model/gate.ts';
import type { CheckChange, CheckOutcome, GateCheck, GateReport } from '../../model/gate-checks.ts';
import type { GateSettings, TrialRound } from '../../model/gate-input.ts';
import { canOnlyFail, type GateMetric, gateArms, isFaultMetric } from '../../model/gate-terms.ts';
import { type CellReading, type Decision, type GateVerdict, wholeRun } from '../../model/gate-verdict.ts';
import { medianOf } from '../../model/median.ts';
import { isAbout, isStepRule, namedSteps, type SloRule } from '../../model/slo-rule.ts';
import { formatSignedPercent } from '../../model/units.ts';
import { associatedSeries } from '../rounds/associated-series.ts';
import { builtOtherwise } from '../rounds/build-changes.ts';
import { explanationOf } from '../rounds/explanation.ts';
import { leftOutSeries } from '../rounds/left-out-series.ts';
import { typicalP99Us } from '../rounds/window-p99.ts';
import { percentOfLog } from '../statistics/effect.ts';
import { judgedSteps, screenRounds } from './screens.ts';
import { cellText, gateStatements, isEquallySlow, ruleText } from './statements.ts';

const metricNames: Readonly<Record<GateMetric, string>> = {
  p99: 'p99',
  'slow-share': 'share of slow requests',
  capacity: 'capacity',
  recovery: 'recovery',
  lost: 'arrivals lost',
  converged: 'converged',
};

/** The report of a gate; `names` are its states as people write them. */
export function gateReport(
  { id, startedAt, tool, tags, engine, scenario, input, verdict, code }: Gate,
  names: { readonly baseline: string; readonly candidate: string },
): GateReport {
  const { settings, rounds } = input;
  const used = usedRounds(rounds, verdict, settings);
  const asked = askedSteps(rounds, settings);
  const stepRules = settings.slo.filter(isStepRule);
  const worse = (verdict.decision?.cells ?? []).flatMap(({ step, outcome }) =>
    outcome === 'worse' && step !== undefined ? [step] : [],
  );
  const movedSteps = worse.length > 0 ? asked.filter((step) => worse.includes(step)) : asked;
  return {
    id,
    startedAt,
    tool,
    ...(tags ? { tags } : {}),
    engine,
    scenario: scenario.name,
    ...names,
    verdict: verdict.verdict,
    rounds: verdict.usedRounds,
    tolerance: settings.tolerance,
    detect: settings.detect,
    error: settings.error,
    statements: [...gateStatements(verdict, settings), ...builtNotes(rounds)],
    checks: [
      ...asked.flatMap((step) => [
        ...metricChecks(step, verdict, settings, used),
        ...stepRules.filter((rule) => isAbout(rule, step)).map((rule) => ruleCheck(rule, step, verdict)),
      ]),
      ...waitRuleChecks(settings.slo, verdict),
      ...faultChecks(verdict, settings),
      ...stepRules.flatMap((rule) =>
        namedSteps(rule).flatMap((step) => (asked.includes(step) ? [] : [ruleCheck(rule, step, verdict)])),
      ),
      ...stepRules.filter(({ over }) => over === 'run').map((rule) => ruleCheck(rule, wholeRun, verdict)),
      ...(settings.metrics.includes('capacity') ? [capacityCheck(verdict, settings)] : []),
    ],
    ...(verdict.decision ? { moved: movedIn(used, movedSteps, verdict.decision, code) } : {}),
    ...(code ? { code } : {}),
  };
}

/** How the programs of the candidate were built otherwise. */
function builtNotes(rounds: readonly TrialRound[]): GateReport['statements'] {
  const runs = rounds.flatMap(({ arms }) => Object.entries(arms).map(([variant, { builds }]) => ({ variant, builds })));
  return builtOtherwise(runs, gateArms).map(({ service, changes }) => ({
    label: 'NOTE',
    text: `${service} was built otherwise: ${changes.join(', ')}`,
  }));
}

/** The rounds that the verdict rests on. */
function usedRounds(rounds: readonly TrialRound[], { decision }: GateVerdict, settings: GateSettings) {
  return screenRounds(rounds, gateArms, settings).used.slice(0, decision?.look.rounds);
}

/** Every step that was asked about, also when none of its rounds can be used. */
function askedSteps(rounds: readonly TrialRound[], { steps }: GateSettings): readonly string[] {
  const runs = rounds.flatMap(({ arms }) => gateArms.map((arm) => judgedSteps(arms[arm], steps)));
  const known = runs.find((run) => run.length > 0)?.map(({ name }) => name) ?? [];
  return [...new Set([...known, ...(steps ?? [])])];
}

function metricChecks(
  step: string,
  verdict: GateVerdict,
  settings: GateSettings,
  used: readonly TrialRound[],
): GateCheck[] {
  return settings.metrics
    .filter((metric) => metric !== 'capacity' && !isFaultMetric(metric))
    .map((metric): GateCheck => {
      const cell = verdict.decision?.cells.find((each) => each.metric === metric && each.step === step);
      const name = metricNames[metric];
      if (!cell) return { name, metric, step, ...missing(step, verdict) };
      const p99s = metric === 'p99' ? p99Changes(used, step) : {};
      return { name, metric, step, ...readCell(cell, verdict, settings), ...p99s };
    });
}

/** A check for each fault and each condition that both arms have; before the first look nobody knows which these are. */
function faultChecks(verdict: GateVerdict, settings: GateSettings): GateCheck[] {
  return (verdict.decision?.cells ?? []).flatMap((cell): GateCheck[] => {
    const { metric, of } = cell;
    if (of === undefined || !isFaultMetric(metric)) return [];
    const name = metric === 'converged' ? `converged ${of}` : `${metricNames[metric]}, ${of}`;
    return [{ name, metric, ...readCell(cell, verdict, settings) }];
  });
}

function waitRuleChecks(rules: readonly SloRule[], verdict: GateVerdict): GateCheck[] {
  return rules
    .filter((rule) => !isStepRule(rule))
    .flatMap(({ text }): GateCheck[] => {
      const readings = verdict.rules.filter(({ rule }) => rule === text);
      if (readings.length === 0) return [{ name: text, ...missing(undefined, verdict) }];
      return readings.map((reading) => ({
        name: readings.length > 1 ? `${text}, ${reading.step}` : text,
        outcome: reading.outcome === 'no-data' ? 'open' : reading.outcome,
        text: ruleText(reading),
      }));
    });
}

function ruleCheck({ text }: SloRule, step: string, verdict: GateVerdict): GateCheck {
  const reading = verdict.rules.find((each) => each.rule === text && each.step === step);
  const named = step === wholeRun ? {} : { step };
  if (!reading) return { name: text, ...named, ...missing(undefined, verdict) };
  const outcome = reading.outcome === 'no-data' ? 'open' : reading.outcome;
  return { name: text, ...named, outcome, text: ruleText(reading) };
}

function capacityCheck(verdict: GateVerdict, settings: GateSettings): GateCheck {
  const name = metricNames.capacity;
  const cell = verdict.decision?.cells.find(({ metric }) => metric === 'capacity');
  const metric = 'capacity';
  if (cell) return { name, metric, ...readCell(cell, verdict, settings) };
  if (!verdict.decision) return { name, metric, ...missing(undefined, verdict) };
  const text =
    'the rates of this ramp stay on one side of the p99 at which capacity ends, in both arms and every round';
  return { name, metric, outcome: 'not-judged', text };
}

/** Why there is no reading: the gate is invalid, has not looked yet, or left the step out. */
function missing(step: string | undefined, verdict: GateVerdict): { outcome: CheckOutcome; text: string } {
  const { invalid, decision, isNoisy, usedRounds } = verdict;
  if (invalid.length > 0) return { outcome: 'invalid', text: invalid[0]?.message ?? '' };
  const absent = decision?.absent.find((each) => each.step === step);
  if (absent) {
    const text = `${absent.reason}; ${absent.isCovered ? 'judged through capacity' : 'capacity cannot judge it either'}`;
    return { outcome: absent.isCovered ? 'not-judged' : 'open', text };
  }
  if (isNoisy) return { outcome: 'open', text: 'too many windows were disturbed by other work on this machine' };
  return { outcome: 'open', text: `${usedRounds} usable rounds are too few to look at` };
}

function readCell(cell: CellReading, verdict: GateVerdict, settings: GateSettings) {
  const outcome = outcomeOf(cell);
  if (isEquallySlow(cell)) return { outcome, text: cellText(cell, verdict, settings) };
  const { estimate, low, high, upper, detectable, waits } = cell;
  const medians = waits ? mediansOf(waits) : {};
  // A change of times that never ended is no number.
  if (waits && estimate === null) return { outcome, text: cellText(cell, verdict, settings), ...medians };
  const change: CheckChange = {
    estimate: percent(estimate),
    low: percent(low),
    high: percent(high),
    upper: percent(upper),
    detectable: percent(detectable),
  };
  return { outcome, text: cellText(cell, verdict, settings), change, ...medians };
}

/** Of the rounds that came to an end. */
function mediansOf({ baseline, candidate }: NonNullable<CellReading['waits']>): Partial<GateCheck> {
  return {
    ...(baseline.medianUs === undefined ? {} : { baselineUs: baseline.medianUs }),
    ...(candidate.medianUs === undefined ? {} : { candidateUs: candidate.medianUs }),
  };
}

function outcomeOf({ metric, outcome, waiver }: CellReading): CheckOutcome {
  if (outcome !== 'open') return outcome;
  if (canOnlyFail(metric)) return 'not-shown';
  return waiver ? 'waived' : 'open';
}

function percent(log: number | null): number | null {
  return log === null ? null : percentOfLog(log);
}

function p99Changes(used: readonly TrialRound[], step: string): Partial<GateCheck> {
  const pairs = used.flatMap(({ arms }) => {
    const [baseline, candidate] = gateArms.map((arm) => arms[arm]?.steps.find(({ name }) => name === step)?.windows);
    return baseline && candidate ? [[typicalP99Us(baseline), typicalP99Us(candidate)] as const] : [];
  });
  if (pairs.length === 0) return {};
  return {
    rounds: pairs.map(([baseline, candidate]) => percentOfLog(Math.log(candidate / baseline))),
    baselineUs: medianOf(pairs.map(([baseline]) => baseline)),
    candidateUs: medianOf(pairs.map(([, candidate]) => candidate)),
  };
}

function movedIn(
  used: readonly TrialRound[],
  steps: readonly string[],
  decision: Decision,
  code: Gate['code'],
): GateReport['moved'] {
  const rounds = used.map(({ arms }) => new Map(Object.entries(arms)));
  const [baseline, candidate] = gateArms;
  const associated = associatedSeries(rounds, baseline, [candidate], steps);
  const series = associated.map(({ series: name, unit, before, after }) => ({ series: name, unit, before, after }));
  const explanation = explanationOf(associated, usersText(decision, steps), code?.functions);
  const leftOut = leftOutSeries(rounds, gateArms);
  return { series, steps, ...(leftOut.length > 0 ? { leftOut } : {}), ...(explanation ? { explanation } : {}) };
}

function usersText({ cells }: Decision, steps: readonly string[]): string {
  const changes = cells.flatMap(({ metric, step, estimate }) =>
    metric === 'p99' && step !== undefined && steps.includes(step) && estimate !== null
      ? [`${formatSignedPercent(percentOfLog(estimate))} at ${step}`]
      : [],
  );
  return changes.length > 0 ? `response p99 ${changes.join(', ')}` : 'response p99 is not judged there';
}

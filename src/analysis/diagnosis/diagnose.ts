/** The diagnosis of a run: at which rate it broke, what gave way first, what to try; or that it cannot be told. */
import { isOfClass } from '../../model/error-class.ts';
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { InvalidReason, SloOutcome, StepResult } from '../../model/run-result.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { stepsHurt } from '../findings/fault-times.ts';
import { breakWithoutFaults } from '../findings/harm.ts';
import type { RunEvidence } from '../findings/rule.ts';
import { tracedCaution } from '../findings/traced-evidence.ts';
import { brokenSteps } from '../run/break-step.ts';
import { errorKinds } from '../run/error-kinds.ts';
import { steadyFailures } from '../run/steady-failures.ts';
import { timeParts } from '../waits/time-parts.ts';
import { capacityOf } from './capacity-sentence.ts';
import { chainOf } from './chain.ts';
import { moversOf } from './first-move.ts';
import { namesCause } from './order.ts';
import { undecided } from './undecided-rules.ts';

/** What was judged of a run before its diagnosis. */
interface JudgedRun {
  /** The reasons for which it is not valid. */
  readonly invalid: readonly InvalidReason[];
  /** What came of its rules. */
  readonly slo: readonly SloOutcome[];
}

/** From findings in order of cause, see `byCause`. */
export function diagnose(run: RunEvidence, ordered: readonly Finding[], { invalid, slo }: JudgedRun): Diagnosis {
  const { steps, series, scenario, waits } = run;
  const ofLag = new Set(scenario.slo.flatMap(({ clock, text }) => (clock === 'lag' ? [text] : [])));
  // Lag is of the generator, and says nothing of what was loaded.
  const outcomes = slo.filter(({ rule }) => !ofLag.has(rule));
  const hurt = stepsHurt(run);
  const telling = steps.filter(({ name }) => !hurt.has(name));
  const broken = breakWithoutFaults(run);
  const cause = ordered.find(namesCause);
  const all = [...brokenSteps({ steps: telling, series, slo: scenario.slo })];
  const capacity = capacityOf(broken, { slo: scenario.slo, outcomes, cause, invalid, isHurt: hurt.size > 0, all });
  const movers = moversOf(broken.holds, broken.breaks, series);
  const told = waits.find(({ step }) => step === (broken.breaks ?? broken.holds));
  const decomposition = told && timeParts(told, scenario);
  const about = {
    capacity,
    chain: chainOf(cause, ordered, { ...run, movers, broken, told }),
    movers,
    ...(decomposition ? { decomposition } : {}),
  };
  if (cause) {
    const caution = tracedCaution(cause, run);
    const told = {
      sentence: cause.title,
      advice: adviceWith(cause, ordered),
      cause: cause.id,
      ...(caution ? { caution } : {}),
    };
    return { outcome: 'cause', ...told, ...about };
  }
  if (broken.breaks)
    return { outcome: 'cannot-tell', ...unexplained, ...always(telling), ...failures(broken.breaks), ...about };
  if (steps.length === 0) return { outcome: 'cannot-tell', ...nothingMeasured, ...about };
  const left = rulesLeft(outcomes) ?? doubtfulSteps(invalid, telling);
  return left ? { outcome: 'cannot-tell', ...left, ...about } : { outcome: 'healthy', ...nothingGaveWay, ...about };
}

/** Of the cause; settings that were found to be in its way as well are set beside it. */
function adviceWith(cause: Finding, ordered: readonly Finding[]): string {
  const beside = ordered.find(
    ({ id, severity, targets = [] }) =>
      id === 'gomaxprocs-below' &&
      severity !== 'note' &&
      cause.explains?.includes(id) &&
      targets[0] === cause.targets?.[0],
  );
  if (!beside) return cause.advice;
  return `${cause.advice} Cores lie idle beside it, so also ${beside.advice.charAt(0).toLowerCase()}${beside.advice.slice(1)}`;
}

/** What is to be said where nothing broke, and yet not every rule is shown to hold. */
function rulesLeft(outcomes: readonly SloOutcome[]): Pick<Diagnosis, 'sentence' | 'advice'> | undefined {
  const namesOf = (some: readonly SloOutcome[]) => [...new Set(some.map(({ rule }) => rule))];
  const broken = outcomes.filter(({ outcome }) => outcome === 'fail');
  if (broken.length > 0)
    return {
      sentence: `Nothing was seen to give way, and ${listed(namesOf(broken), 'does not hold', 'do not hold')}`,
      advice: 'Hold the rule against what was sent: the table of rules has what was seen',
    };
  const open = undecided(outcomes);
  if (open.length === 0) return undefined;
  // A value that was seen and is not enough is in doubt by what may be the generator's own.
  const isOwn = open.every(({ value }) => value !== undefined);
  return {
    sentence: `Whether ${listed(namesOf(open), 'holds', 'hold')} cannot be told`,
    advice: isOwn
      ? 'End what else runs on this machine, or give the generator a core of its own'
      : 'Send longer steps, so that enough answers stand behind each rule',
  };
}

/** What is to be said where nothing was seen to break in steps that must not be used to judge. */
function doubtfulSteps(
  invalid: readonly InvalidReason[],
  steps: readonly StepResult[],
): Pick<Diagnosis, 'sentence' | 'advice'> | undefined {
  const isWhole = invalid.some(({ step }) => step === undefined);
  const doubtful = steps.filter(({ name }) => invalid.some(({ step }) => step === name)).map(({ name }) => name);
  if (!isWhole && doubtful.length === 0) return undefined;
  const many = doubtful.length === 1 ? `step ${doubtful[0]} is` : `steps ${doubtful.join(', ')} are`;
  return {
    sentence: `Whether anything gave way cannot be told: ${isWhole ? 'the run is' : many} not valid`,
    advice: 'Mend what made it invalid, and run it again',
  };
}

function listed(names: readonly string[], one: string, several: string): string {
  return `${names.join(' and ')} ${names.length === 1 ? one : several}`;
}

/** What most arrivals of a step ended with, where it was mostly failures: a wrong path is no riddle of the runtime. */
function failures(step: StepResult): Partial<Pick<Diagnosis, 'sentence' | 'advice'>> {
  const { load } = step;
  const [most] = errorKinds(step);
  if (!most || most[1] * 2 < load.planned) return {};
  const [kind, count] = most;
  // Where all of them are of one request, its name stands before the kind.
  const ofOne = Object.keys(step.errors).find((text) => text.endsWith(kind) && step.errors[text] === count);
  const sentence = `${formatCount(count)} of ${formatCount(load.planned)} arrivals failed with: ${ofOne ?? kind}`;
  if (!isOfClass(kind, '4xx')) return { sentence };
  const advice =
    'Look at what is asked: method, path and headers of the request; expect.status names an answer that is a good one';
  return { sentence, advice };
}

/** What is to be said where as many fail at every rate: nothing gave way. */
function always(steps: readonly StepResult[]): Partial<Pick<Diagnosis, 'sentence' | 'advice'>> {
  const steady = steadyFailures(steps);
  if (!steady) return {};
  const { kind, least, most } = steady;
  return {
    sentence: `At every rate ${formatNumber(100 * least)} to ${formatNumber(100 * most)} % of arrivals fail with: ${kind}`,
    advice: `The load does not make them fail: look at what is asked, and at what the service writes of single requests${isOfClass(kind, '5xx') ? ', and whether what it asks itself answers them (502, 503 and 504 are mostly handed on)' : ''}`,
  };
}

const unexplained = {
  sentence: 'Nothing that was looked at tells why',
  advice:
    'Look at more: observe.goroutines and observe.metrics say where requests wait, observe.profiles what they do; the report tells what could not be looked at',
};

const nothingMeasured = {
  sentence: 'No measured step was sent',
  advice: 'Look at why the run ended, and run it again',
};

const nothingGaveWay = {
  sentence: 'Nothing gave way',
  advice: 'Send more to find the rate at which it breaks',
};

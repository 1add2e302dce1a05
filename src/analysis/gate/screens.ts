/** Whether rounds may be compared at all: what breaks a screen is set aside or makes the comparison invalid, never a verdict. */
import type { ArmStep } from '../../model/comparison.ts';
import type { GateSettings, TrialRound, TrialRun } from '../../model/gate-input.ts';
import { isFaultMetric } from '../../model/gate-terms.ts';
import type { GateProblem } from '../../model/gate-verdict.ts';
import { decodeHistogram } from '../../model/histogram.ts';
import { isStepRule } from '../../model/slo-rule.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';
import { arrivalsPerWindow } from '../rounds/window-p99.ts';
import { brokenLittlesLaw } from '../run/in-flight.ts';
import { unlikeOwnErrors } from './own-error-screen.ts';

const leastSentShare = 0.99;
const mostLagUs = 1000;
/** A lag that is small against what was measured does no harm. */
const mostLagShare = 0.05;

/** Windows of a Poisson schedule have fewer arrivals than planned now and then, but not on average. */
const leastFilled = 0.9;

const mostWorkDifference = 0.01;
const sameRate = 0.01;

/** The part of all rounds that may be set aside, and how many always may. */
const spareShare = 0.25;
const leastSpare = 1;

/** The part of all windows that may be disturbed by others. */
const mostDisturbed = 0.4;

/** Rounds that may be compared, those set aside and why, what makes the whole comparison invalid, and whether the machine was too noisy. */
export interface Screened {
  readonly used: readonly TrialRound[];
  readonly setAside: readonly GateProblem[];
  readonly invalid: readonly GateProblem[];
  readonly isNoisy: boolean;
}

/** What screens go by; without metrics latencies are judged. */
type ScreenSettings = Pick<GateSettings, 'steps' | 'minWindows'> & Partial<Pick<GateSettings, 'metrics' | 'slo'>>;

/**
 * Screens finished rounds. A late generator, a thin tail or a broken Little's law costs its round; wrong sums, missing steps and other
 * work cost the comparison, and so do more rounds set aside than a quarter, because what keeps failing is not chance.
 */
export function screenRounds(
  rounds: readonly TrialRound[],
  arms: readonly string[],
  settings: ScreenSettings,
): Screened {
  const invalid = [
    ...unknownSteps(rounds, settings.steps),
    ...rounds.flatMap((round) => brokenRound(round, arms, settings.steps)),
  ];
  if (invalid.length > 0) return { used: [], setAside: [], invalid, isNoisy: false };
  const judged = rounds.map((round) => ({ round, problems: roundProblems(round, arms, settings) }));
  const used = judged.filter(({ problems }) => problems.length === 0).map(({ round }) => round);
  const setAside = judged.flatMap(({ problems }) => problems);
  const lost = rounds.length - used.length;
  const isNoisy = disturbedShare(rounds, arms) > mostDisturbed;
  const tooMany: GateProblem[] =
    !isNoisy && lost > Math.max(leastSpare, Math.floor(rounds.length * spareShare))
      ? [
          {
            code: 'rounds-set-aside',
            message: `${lost} of ${rounds.length} rounds had to be set aside; the first because ${setAside[0]?.message ?? ''}`,
          },
        ]
      : [];
  return {
    used,
    setAside,
    invalid: [
      ...tooMany,
      ...otherWork(used, arms),
      ...(readsLatencies(settings) ? unlikeOwnErrors(used, arms, settings.steps) : []),
    ],
    isNoisy,
  };
}

/** The steps of a run that are judged. */
export function judgedSteps(run: TrialRun | undefined, names: readonly string[] | undefined): readonly ArmStep[] {
  return (run?.steps ?? []).filter(({ name }) => names?.includes(name) ?? true);
}

/** A step that does not exist is a mistake that would otherwise pass for lack of evidence. */
function unknownSteps(rounds: readonly TrialRound[], names: readonly string[] | undefined): GateProblem[] {
  const known = rounds.flatMap(({ arms }) => Object.values(arms).flatMap(({ steps }) => steps.map(({ name }) => name)));
  if (rounds.length === 0) return [];
  return (names ?? [])
    .filter((name) => !known.includes(name))
    .map((step) => ({ code: 'missing-step', message: `step ${step} was not measured in any round`, step }));
}

function brokenRound(round: TrialRound, arms: readonly string[], names: readonly string[] | undefined): GateProblem[] {
  const first = judgedSteps(round.arms[arms[0] ?? ''], names);
  return arms.flatMap((arm) => {
    const run = round.arms[arm];
    const where = { round: round.index, arm };
    if (!run) return [{ ...where, code: 'missing-arm', message: `round ${round.index + 1} has no run of ${arm}` }];
    if (run.invalid.length > 0) return [];
    const steps = judgedSteps(run, names);
    const isSame =
      steps.length > 0 &&
      steps.length === first.length &&
      steps.every(({ name, rps }, index) => name === first[index]?.name && isNear(rps, first[index]?.rps));
    const isFirstWhole = round.arms[arms[0] ?? '']?.invalid.length === 0;
    const unlike: GateProblem[] =
      isSame || !isFirstWhole
        ? []
        : [
            {
              ...where,
              code: 'unlike-steps',
              message: `round ${round.index + 1} measured other steps of ${arm} than of ${arms[0]}`,
            },
          ];
    return [...unlike, ...steps.flatMap((step) => accounting(step).map((each) => ({ ...where, ...each })))];
  });
}

/** Rates that were planned alike come out alike, but for what a clock adds. */
function isNear(rps: number, other = Number.NaN): boolean {
  return Math.abs(rps / other - 1) <= sameRate;
}

type StepProblem = Pick<GateProblem, 'code' | 'message' | 'step'>;

function accounting({ name, counts }: ArmStep): StepProblem[] {
  const { planned, completed, failed, timedOut, dropped, unfinished } = counts;
  const sum = completed + failed + timedOut + dropped + unfinished;
  if (sum === planned) return [];
  const message = `step ${name}: ${formatCount(planned)} arrivals were planned, but ${formatCount(sum)} have an outcome`;
  return [{ code: 'accounting', message, step: name }];
}

/** Where only recovery and convergence are judged, what latencies of whole steps would need is not asked for. */
function readsLatencies({ metrics, slo = [] }: ScreenSettings): boolean {
  return !(metrics?.every(isFaultMetric) ?? false) || slo.some(isStepRule);
}

function roundProblems(round: TrialRound, arms: readonly string[], settings: ScreenSettings): GateProblem[] {
  const { steps: names, minWindows } = settings;
  return arms.flatMap((arm) => {
    const run = round.arms[arm];
    if (!run) return [];
    const where = { round: round.index, arm };
    const ofRun = run.invalid.map(({ code, message, step }) => ({
      code,
      message,
      ...(step === undefined ? {} : { step }),
    }));
    const ofSteps = judgedSteps(run, names).flatMap((step) => [
      ...schedule(step),
      ...brokenLittlesLaw(step),
      ...(readsLatencies(settings) ? thinTail(step, minWindows) : []),
    ]);
    return [...ofRun, ...ofSteps].map((problem) => ({ ...where, ...problem }));
  });
}

function schedule({ name, counts, lagP99Us, response }: ArmStep): StepProblem[] {
  const sent = counts.planned === 0 ? 0 : (counts.planned - counts.unfinished) / counts.planned;
  if (sent < leastSentShare) {
    const message = `step ${name}: only ${(sent * 100).toFixed(1)} % of the planned arrivals have an outcome`;
    return [{ code: 'schedule', message, step: name }];
  }
  if (lagP99Us <= mostLagUs) return [];
  const allowed = mostLagShare * decodeHistogram(response).getValueAtPercentile(99);
  if (lagP99Us <= allowed) return [];
  const message = `step ${name}: the generator itself was late, dispatch lag p99 ${formatLatencyUs(lagP99Us)}`;
  return [{ code: 'schedule', message, step: name }];
}

function thinTail({ name, windows, windowSeconds, counts }: ArmStep, minWindows: number): StepProblem[] {
  const usable = windows.filter(({ isDisturbed }) => !isDisturbed).length;
  if (usable < minWindows) {
    const message = `step ${name}: ${usable} undisturbed windows of ${windowSeconds} s, ${minWindows} are needed`;
    return [{ code: 'thin-tail', message, step: name }];
  }
  const perWindow = counts.planned / windows.length;
  if (perWindow >= leastFilled * arrivalsPerWindow) return [];
  const message = `step ${name}: ${perWindow.toFixed(0)} arrivals in a window, ${arrivalsPerWindow} are needed for its p99`;
  return [{ code: 'thin-tail', message, step: name }];
}

function disturbedShare(rounds: readonly TrialRound[], arms: readonly string[]): number {
  const windows = rounds.flatMap((round) =>
    arms.flatMap((arm) => (round.arms[arm]?.steps ?? []).flatMap((step) => step.windows)),
  );
  return windows.length === 0 ? 0 : windows.filter(({ isDisturbed }) => isDisturbed).length / windows.length;
}

/**
 * An arm with more wrong answers did other work, and its latencies cannot be compared. What is late or dropped is slow, not wrong; what is
 * lost to a fault is what the fault does.
 */
function otherWork(rounds: readonly TrialRound[], arms: readonly string[]): GateProblem[] {
  const [first = 0, ...others] = arms.map((arm) => wrongShare(rounds, arm));
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return others.flatMap((share, index) => {
    if (Math.abs(share - first) <= mostWorkDifference) return [];
    const arm = arms[index + 1] ?? '';
    const message = `${percent(share)} of the answers of ${arm} were wrong, ${percent(first)} of those of ${arms[0]}: they did other work`;
    return [{ code: 'other-work', arm, message }];
  });
}

function wrongShare(rounds: readonly TrialRound[], arm: string): number {
  let [planned, wrong] = [0, 0];
  for (const { arms } of rounds) {
    const { steps = [], faults = [] } = arms[arm] ?? {};
    const failed = steps.reduce((total, { counts }) => total + counts.failed, 0);
    const toFaults = faults.reduce((total, { lost }) => total + (lost?.observed ?? 0), 0);
    planned += steps.reduce((total, { counts }) => total + counts.planned, 0);
    wrong += Math.max(0, failed - toFaults);
  }
  return wrong / Math.max(1, planned);
}

/** One sentence on what rate holds, at which it breaks, and because of what. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { InvalidReason, SloOutcome, StepResult } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { answeredText } from '../run/answered.ts';
import { type Break, fastest } from '../run/break-step.ts';
import { toldP99Us } from '../run/lost-slowest.ts';
import { isResponseRule, judgeSlo } from '../run/slo.ts';
import { undecided } from './undecided-rules.ts';

/** What the sentence depends on beside the break. */
interface About {
  readonly slo: readonly SloRule[];
  /** What came of the rules. */
  readonly outcomes: readonly SloOutcome[];
  readonly cause: Finding | undefined;
  readonly invalid: readonly InvalidReason[];
  /** Whether steps are left out because a fault of the run hurt users in them. */
  readonly isHurt: boolean;
  /** The names of all steps that broke, in their order. */
  readonly all: readonly string[];
}

/** The fastest step that is shown to hold, and a faster one below the break of which that cannot be told. */
interface Held {
  readonly holds: StepResult | undefined;
  readonly untold: StepResult | undefined;
}

/** The capacity of a run; with a doubt where a step that it rests on is not valid. */
export function capacityOf(broken: Break, about: About): Diagnosis['capacity'] {
  const { breaks, sign } = broken;
  const { cause } = about;
  const held = heldOf(broken, about);
  const { holds, untold } = held;
  const rates = ratesOf(broken, held, about);
  const why = breaks && cause?.steps.includes(breaks.name) ? `, because ${lowered(cause.title)}` : '';
  const doubt = doubtOf([breaks], about.invalid);
  return {
    sentence: `${rates}${why}`,
    rates,
    ...(doubt === undefined ? {} : { doubt }),
    ...(holds ? { holdsRps: holds.load.plannedRps, holdsStep: holds.name } : {}),
    ...(untold ? { untoldRps: untold.load.plannedRps, untoldStep: untold.name } : {}),
    ...(breaks ? { breaksRps: breaks.load.plannedRps, breaksStep: breaks.name } : {}),
    ...(about.all.length > 0 ? { brokenSteps: [...about.all] } : {}),
    ...(sign ? { sign } : {}),
  };
}

/** A rate holds where every rule does, in a step that is valid: of any other nobody can tell. */
function heldOf({ below }: Break, about: About): Held {
  const isTold = ({ name }: StepResult) => whyUntold(name, about).length === 0;
  const holds = fastest(below.filter(isTold));
  const untold = fastest(below.filter((step) => !isTold(step)));
  const isAbove = untold && (!holds || untold.load.plannedRps > holds.load.plannedRps);
  return { holds, untold: isAbove ? untold : undefined };
}

function ratesOf({ breaks, sign }: Break, { holds, untold }: Held, about: About): string {
  if (!holds && !untold && !breaks)
    return about.isHurt
      ? 'No step without harm by a fault was measured: nothing is said of the rate that holds'
      : 'No step was measured';
  const parts = [
    ...(holds ? [`Holds ${rate(holds)} ${within(holds, about.slo)}`] : []),
    ...(untold ? [untoldText(untold, about)] : []),
    ...(breaks && sign ? [`breaks at ${rate(breaks)} (${signWords[sign](breaks)})`] : []),
  ];
  const lead = holds || untold ? '' : 'Holds no rate that was sent; ';
  const text = `${lead}${parts.join('; ')}${breaks ? '' : ', the highest rate that was sent'}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function within(step: StepResult, slo: readonly SloRule[]): string {
  const kept = slo.filter(isResponseRule).filter((rule) => judgeSlo([rule], [step]).some(passed));
  const texts = kept.map(({ text }) => text).join(', ');
  return texts === '' ? `with ${p99Text(step)}` : `within ${texts}`;
}

function passed({ outcome }: SloOutcome): boolean {
  return outcome === 'pass';
}

function untoldText(step: StepResult, about: About): string {
  return `cannot tell of ${rate(step)} (${whyUntold(step.name, about).join('; ')})`;
}

/** Why a step below the break cannot be said to hold; empty where it can. */
function whyUntold(step: string, { outcomes, invalid }: About): string[] {
  const about = invalid.filter((reason) => reason.step === undefined || reason.step === step);
  return [
    ...undecided(outcomes, step).map(({ rule, observed }) => `${rule}: ${observed}`),
    ...(about.length === 0
      ? []
      : [about.some((reason) => reason.step) ? 'the step is not valid' : 'the run is not valid']),
  ];
}

const signWords: Readonly<Record<NonNullable<Break['sign']>, (step: StepResult) => string>> = {
  throughput: answeredText,
  latency: p99Text,
  errors: ({ load }) =>
    `${formatNumber((100 * (load.failed + load.timedOut + load.dropped)) / load.planned)} % without a good answer`,
};

function p99Text(step: StepResult): string {
  return `p99 ${formatLatencyUs(toldP99Us(step))}`;
}

/** Of a load of flows it says what is counted: an arrival has several requests. */
function rate({ load, flows }: StepResult): string {
  return `${formatNumber(load.plannedRps)}${flows ? ' arrivals' : ''}/s`;
}

/** A sentence as a part of another: names in capitals stay as they are. */
function lowered(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

function doubtOf(restsOn: readonly (StepResult | undefined)[], invalid: readonly InvalidReason[]): string | undefined {
  const doubtful = invalid.filter(({ step }) => step === undefined || restsOn.some((each) => each?.name === step));
  if (doubtful.length === 0) return undefined;
  const steps = [...new Set(doubtful.flatMap(({ step }) => step ?? []))];
  if (steps.length === 0) return 'The run is not valid';
  return `${steps.length === 1 ? 'Step' : 'Steps'} ${steps.join(' and ')} ${steps.length === 1 ? 'is' : 'are'} not valid`;
}

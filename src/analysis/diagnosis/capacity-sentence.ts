/** One sentence on what rate holds, at which it breaks, and because of what. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import type { Break } from '../run/break-step.ts';
import { isLatency } from '../run/slo.ts';

/** What the sentence depends on beside the break. */
interface About {
  readonly slo: readonly SloRule[];
  readonly cause: Finding | undefined;
  readonly invalid: readonly InvalidReason[];
}

/** The capacity of a run; with a doubt where a step that it rests on is not valid. */
export function capacityOf(broken: Break, about: About): Diagnosis['capacity'] {
  const { holds, breaks, sign } = broken;
  const { cause, slo } = about;
  const rates = ratesOf(broken, slo);
  const why = breaks && cause?.steps.includes(breaks.name) ? `, because ${lowered(cause.title)}` : '';
  const doubt = doubtOf(broken, about.invalid);
  return {
    sentence: `${rates}${why}`,
    rates,
    ...(doubt === undefined ? {} : { doubt }),
    ...(holds ? { holdsRps: holds.load.plannedRps, holdsStep: holds.name } : {}),
    ...(breaks ? { breaksRps: breaks.load.plannedRps, breaksStep: breaks.name } : {}),
    ...(sign ? { sign } : {}),
  };
}

function ratesOf({ holds, breaks, sign }: Break, slo: readonly SloRule[]): string {
  const rules = slo.filter(({ metric }) => isLatency(metric)).map(({ text }) => text);
  const within = (step: StepResult) =>
    rules.length > 0 ? `within ${rules.join(', ')}` : `with p99 ${formatLatencyUs(step.responseUs.p99)}`;
  const held = holds && `Holds ${rate(holds)} ${within(holds)}`;
  if (!breaks || !sign) return held ? `${held}, the highest rate that was sent` : 'No step was measured';
  const broken = `breaks at ${rate(breaks)} (${signWords[sign](breaks)})`;
  return held ? `${held}; ${broken}` : `Holds no rate that was sent; ${broken}`;
}

const signWords: Readonly<Record<NonNullable<Break['sign']>, (step: StepResult) => string>> = {
  throughput: ({ load }) => `${formatNumber(load.completedRps)}/s answered`,
  latency: ({ responseUs }) => `p99 ${formatLatencyUs(responseUs.p99)}`,
  errors: ({ load }) =>
    `${formatNumber((100 * (load.failed + load.timedOut + load.dropped)) / load.planned)} % without a good answer`,
};

function rate({ load }: StepResult): string {
  return `${formatNumber(load.plannedRps)}/s`;
}

/** A sentence as a part of another: names in capitals stay as they are. */
function lowered(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

function doubtOf({ holds, breaks }: Break, invalid: readonly InvalidReason[]): string | undefined {
  const doubtful = invalid.filter(({ step }) => step === undefined || step === holds?.name || step === breaks?.name);
  if (doubtful.length === 0) return undefined;
  const steps = [...new Set(doubtful.flatMap(({ step }) => step ?? []))];
  if (steps.length === 0) return 'The run is not valid';
  return `${steps.length === 1 ? 'Step' : 'Steps'} ${steps.join(' and ')} ${steps.length === 1 ? 'is' : 'are'} not valid`;
}

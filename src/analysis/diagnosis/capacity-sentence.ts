/** One sentence on what rate holds, and at which it breaks. */
import type { Diagnosis } from '../../model/finding.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import type { Break } from '../run/break-step.ts';

/** The capacity of a run, without why it breaks. */
export function capacityOf({ holds, breaks, sign }: Break): Diagnosis['capacity'] {
  return {
    sentence: sentenceOf({ holds, breaks, sign }),
    ...(holds ? { holdsRps: holds.load.plannedRps, holdsStep: holds.name } : {}),
    ...(breaks ? { breaksRps: breaks.load.plannedRps, breaksStep: breaks.name } : {}),
    ...(sign ? { sign } : {}),
  };
}

function sentenceOf({ holds, breaks, sign }: Break): string {
  const held = holds ? `Holds ${rate(holds)} with p99 ${formatLatencyUs(holds.responseUs.p99)}` : undefined;
  if (!breaks || !sign) return held ? `${held}, the highest rate that was sent` : 'No step was measured';
  const broken = `breaks at ${rate(breaks)}: ${signWords[sign](breaks)}`;
  return held ? `${held}; ${broken}` : `Broke at the lowest rate that was sent: ${broken}`;
}

const signWords: Readonly<Record<NonNullable<Break['sign']>, (step: StepResult) => string>> = {
  throughput: ({ load }) => `${formatNumber(load.completedRps)}/s are answered`,
  latency: ({ responseUs }) => `p99 is ${formatLatencyUs(responseUs.p99)}`,
  errors: ({ load }) =>
    `${formatNumber((100 * (load.failed + load.timedOut + load.dropped)) / load.planned)} % fail, time out or are dropped`,
};

function rate({ load }: StepResult): string {
  return `${formatNumber(load.plannedRps)}/s`;
}

/** A generator that was ready to run but had no processor reads answers late: its service times are its own delay, not the target's. */

import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { generatorTarget } from './generator-series.ts';

/** Measured on two cores: 15 % beside four CPU burners on the same processor, 1 to 3 % alone. */
const mostWaitPercent = 10;
/**
 * Where services fill the machine the generator waits too, without spoiling a response that is slow for reasons of its own. Measured:
 * lag p99 was 17 to 37 % of response p99 where burners alone had made a 2 ms service slow, 4 to 6 % at the knee of a real one.
 */
const lagShareThatMatters = 0.1;

/** The sending thread waited for a processor for more of the step than leaves latencies true. */
export function starvedGenerator(step: StepResult): InvalidReason[] {
  const waitPercent = step.targets[generatorTarget]?.['load.cpu_wait_percent']?.mean ?? 0;
  const matters = step.lagUs.p99 > lagShareThatMatters * step.responseUs.p99;
  if (waitPercent <= mostWaitPercent || !matters) return [];
  const message =
    `the generator had no processor for ${waitPercent.toFixed(1)} % of the step although it was ready to run, at most ${mostWaitPercent} % is allowed ` +
    `(dispatch lag p99 ${formatLatencyUs(step.lagUs.p99)}): answers were read late; end what else runs on this machine, or give the generator a core of its own`;
  return [{ code: 'generator-starved', message, step: step.name }];
}

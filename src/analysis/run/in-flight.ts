/**
 * What was under way during a step, and Little's law as a proof of the instrument: requests times time, against rate times response time.
 */
import type { LoadTick } from '../../model/load.ts';
import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { sharedOut } from './step-load.ts';
import type { StepSpan } from './step-spans.ts';

/**
 * For the arrivals of one step the law is an identity but for the histogram's resolution, so more than this is a fault of the instrument.
 */
const littleShare = 0.02;

type InFlight = NonNullable<StepResult['inFlight']>;

/**
 * Requests under way in a step; empty where the engine did not count them. Little's law (J. D. C. Little, Operations Research 9, 1961)
 * is put to the arrivals due in the step, wherever they ended, so its edges make no difference; not in a run that was cut off.
 */
export function inFlightOf(
  span: StepSpan,
  ticks: readonly LoadTick[],
  { load, responseUs }: Pick<StepResult, 'load' | 'responseUs'>,
  isComplete: boolean,
): Pick<StepResult, 'inFlight'> {
  const counted = ticks.flatMap(({ openUs = [] }) => openUs);
  // A tick never tells of two steps, but is taken a little after the edge that it ends at.
  const last = ticks.findLast(({ atUs, lengthUs }) => isWithin(span, atUs - lengthUs / 2));
  const durationUs = span.endUs - span.startUs;
  if (!last || counted.length === 0 || durationUs <= 0) return {};
  const own = counted.reduce((total, [step, us]) => (step === span.index ? total + us : total), 0);
  const isWhole = isComplete && load.unfinished === 0;
  return {
    inFlight: {
      mean: rounded(sharedOut(span, ticks, allOpenUs) / durationUs),
      atEnd: last.inFlight + last.waiting,
      ...(isWhole
        ? { ofStep: rounded(own / durationUs), expected: rounded((responseUs.count * responseUs.mean) / durationUs) }
        : {}),
    },
  };
}

function isWithin({ startUs, endUs }: StepSpan, us: number): boolean {
  return us > startUs && us <= endUs;
}

function allOpenUs({ openUs = [] }: LoadTick): number {
  return openUs.reduce((total, [, us]) => total + us, 0);
}

/** Six digits are more than the histogram has. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** What is wrong when a step breaks Little's law; none when it holds or was not put to the proof. */
export function brokenLittlesLaw({
  name,
  inFlight,
}: {
  name: string;
  inFlight?: InFlight | undefined;
}): InvalidReason[] {
  const { ofStep, expected } = inFlight ?? {};
  if (ofStep === undefined || expected === undefined) return [];
  if (Math.abs(ofStep - expected) <= littleShare * Math.max(ofStep, expected)) return [];
  const message =
    `${formatNumber(ofStep)} of the step's arrivals were under way on average, but rate times response time is ${formatNumber(expected)} (Little's law): ` +
    'rampart measured wrongly, please report it';
  return [{ code: 'littles-law', message, step: name }];
}

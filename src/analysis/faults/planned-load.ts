/** What was planned to be sent at each moment: a band of response times holds for the rate it was seen at, and for no other. */
import type { LoadStep } from '../../model/scenario.ts';
import type { StepSpan } from '../run/step-spans.ts';

/** A step as it ran, and what was planned in it. */
export interface PlannedSpan extends StepSpan {
  readonly shape: LoadStep['shape'];
  /** How long it was to last; it may have been cut short. */
  readonly plannedUs: number;
}

/** Rates that differ by no more than this are one. */
const sameRate = 0.1;

/** The steps that ran, without the drain. */
export function plannedSpans(spans: readonly StepSpan[], steps: readonly LoadStep[]): PlannedSpan[] {
  return spans.flatMap((span) => {
    const step = steps[span.index];
    return step ? [{ ...span, shape: step.shape, plannedUs: step.durationMs * 1000 }] : [];
  });
}

/** Requests per second that were planned at a moment, or connections of a closed load; undefined where there was no load. */
function rateAt(spans: readonly PlannedSpan[], atUs: number): number | undefined {
  const span = spans.find(({ startUs, endUs }) => atUs >= startUs && atUs < endUs);
  return span && rateIn(span, (atUs - span.startUs) / 1e6);
}

/**
 * The time around a moment in which the rate stays what it is then, looked at every `everyUs`; of what lies before only measured steps
 * count, for others are there to get warm.
 */
export function sameRateAround(
  spans: readonly PlannedSpan[],
  atUs: number,
  everyUs: number,
): { readonly fromUs: number; readonly untilUs: number; readonly rps: number } | undefined {
  const rps = rateAt(spans, atUs);
  if (rps === undefined) return undefined;
  const isSame = (us: number) => {
    const other = rateAt(spans, us);
    return other !== undefined && Math.abs(other - rps) <= sameRate * rps;
  };
  const isWarm = (us: number) =>
    spans.some(({ kind, startUs, endUs }) => kind !== 'warmup' && us >= startUs && us < endUs);
  let fromUs = atUs;
  while (isSame(fromUs - everyUs) && isWarm(fromUs - everyUs)) fromUs -= everyUs;
  let untilUs = atUs;
  while (isSame(untilUs)) untilUs += everyUs;
  const last = spans.at(-1);
  return { fromUs, untilUs: Math.min(untilUs, last?.endUs ?? untilUs), rps };
}

function rateIn({ shape, plannedUs }: PlannedSpan, seconds: number): number {
  const wholeS = plannedUs / 1e6;
  switch (shape.kind) {
    case 'closed':
      return shape.connections;
    case 'constant':
    case 'recorded':
      return shape.rps;
    case 'linear':
      return shape.fromRps + ((shape.toRps - shape.fromRps) * seconds) / Math.max(wholeS, 1e-9);
    case 'spike':
      return Math.abs(seconds - wholeS / 2) <= shape.peakMs / 2000 ? shape.peakRps : shape.baseRps;
    case 'sine':
      return Math.max(
        0,
        shape.meanRps +
          Math.min(shape.amplitudeRps, shape.meanRps) * Math.sin((2 * Math.PI * seconds * 1000) / shape.periodMs),
      );
  }
}

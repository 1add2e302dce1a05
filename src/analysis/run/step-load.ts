/** Rates, outcomes, latencies and errors of each step, added up from the load engine's messages. */

import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import { ownErrorOf } from './own-error.ts';
import { spectrumOf } from './spectrum.ts';
import { addedUp, flowsOf, phasesOf, requestsEach, requestsOf, ruledOf } from './step-parts.ts';
import type { StepSpan } from './step-spans.ts';

/** The load part of one step of a result. */
export type StepLoad = Pick<
  StepResult,
  | 'load'
  | 'responseUs'
  | 'serviceUs'
  | 'ruledUs'
  | 'spectrum'
  | 'lagUs'
  | 'echoUs'
  | 'ownErrorUs'
  | 'phases'
  | 'requests'
  | 'flows'
  | 'errors'
>;

/** What became of the arrivals due in a step, and the rates at which it was sent and answered. */
export function stepLoad(span: StepSpan, windows: readonly LoadWindow[], ticks: readonly LoadTick[]): StepLoad {
  return loadOver([span], windows, ticks);
}

/** The same of several steps, as if they were one. */
export function loadOver(
  spans: readonly StepSpan[],
  windows: readonly LoadWindow[],
  ticks: readonly LoadTick[],
): StepLoad {
  const own = windows.filter((window) => spans.some(({ index }) => window.step === index));
  const sum = (pick: (window: LoadWindow) => number) => own.reduce((total, window) => total + pick(window), 0);
  const planned = sum((window) => window.planned);
  const redialled = sum((window) => window.redialled ?? 0);
  const seconds = spans.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0) / 1e6;
  const over = (pick: (tick: LoadTick) => number) => spans.reduce((sum, span) => sum + sharedOut(span, ticks, pick), 0);
  const response = mergeHistograms(own.map((window) => window.response));
  const service = mergeHistograms(own.map((window) => window.service));
  const lag = mergeHistograms(own.map((window) => window.lag));
  const rps = (requests: number) => (seconds > 0 ? round(requests / seconds) : 0);
  return {
    load: {
      plannedRps: rps(planned),
      sentRps: rps(over((tick) => tick.sent)),
      completedRps: rps(over((tick) => tick.completed)),
      planned,
      completed: sum((window) => window.completed),
      failed: sum((window) => window.failed),
      timedOut: sum((window) => window.timedOut),
      dropped: sum((window) => window.dropped),
      unfinished: sum((window) => window.unfinished),
      resent: sum((window) => window.resent ?? 0),
      unsent: sum((window) => window.unsent ?? 0),
      ...(redialled > 0 ? { redialled } : {}),
      ...followedOf(own, planned, rps(over((tick) => tick.sent + (tick.followed ?? 0)))),
      ...bodiesOf(own),
    },
    responseUs: summarise(response),
    serviceUs: summarise(service),
    ...ruledOf(own, { response, service, firstByte: own.flatMap(({ phases }) => phases?.firstByte ?? []) }),
    ...(response.totalCount > 0 ? { spectrum: spectrumOf(response, service) } : {}),
    lagUs: summarise(lag),
    ...ownErrorOf(spans, ticks, response, lag, requestsEach(own)),
    ...phasesOf(own),
    ...requestsOf(own),
    ...flowsOf(own),
    errors: addedUp(own.map((window) => window.errors)),
  };
}

/** Counts of real seconds that cross the edge of a step are shared out by time. */
export function sharedOut(span: StepSpan, ticks: readonly LoadTick[], pick: (tick: LoadTick) => number): number {
  return ticks.reduce((total, tick) => {
    const startUs = tick.atUs - tick.lengthUs;
    const overlapUs = Math.min(tick.atUs, span.endUs) - Math.max(startUs, span.startUs);
    return overlapUs > 0 && tick.lengthUs > 0 ? total + (pick(tick) * overlapUs) / tick.lengthUs : total;
  }, 0);
}

/** How many requests there were where arrivals have several; nothing where each is one. */
function followedOf(windows: readonly LoadWindow[], planned: number, requestsRps: number): Partial<StepResult['load']> {
  const followed = windows.reduce((total, window) => total + (window.followed ?? 0), 0);
  const redirected = windows.reduce((total, window) => total + (window.redirected ?? 0), 0);
  const pausedUs = windows.reduce((total, window) => total + (window.pausedUs ?? 0), 0);
  if (followed === 0) return {};
  return {
    requests: planned + followed,
    requestsRps,
    ...(redirected > 0 ? { redirected } : {}),
    ...(pausedUs > 0 ? { pausedUs: Math.round(pausedUs / planned) } : {}),
  };
}

/** What came of bodies; nothing where an older version did not count them. */
function bodiesOf(windows: readonly LoadWindow[]): Partial<StepResult['load']> {
  const sum = (pick: (window: LoadWindow) => number | undefined) =>
    windows.reduce((total, window) => total + (pick(window) ?? 0), 0);
  const bodyBytes = sum((window) => window.bodyBytes);
  const decodedBytes = sum((window) => window.decodedBytes);
  const encoded = addedUp(windows.map((window) => window.encoded ?? {}));
  return {
    ...(bodyBytes > 0 ? { bodyBytes } : {}),
    ...(Object.keys(encoded).length > 0 ? { encoded } : {}),
    ...(decodedBytes > 0 ? { decodedBytes } : {}),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Rates, outcomes, latencies and errors of each step, added up from the load engine's messages. */

import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import { ownErrorOf } from './own-error.ts';
import { spectrumOf } from './spectrum.ts';
import { phasesOf, requestsOf } from './step-parts.ts';
import type { StepSpan } from './step-spans.ts';

/** The load part of one step of a result. */
export type StepLoad = Pick<
  StepResult,
  | 'load'
  | 'responseUs'
  | 'serviceUs'
  | 'spectrum'
  | 'lagUs'
  | 'echoUs'
  | 'ownErrorUs'
  | 'phases'
  | 'requests'
  | 'errors'
>;

/** What became of the arrivals due in a step, and the rates at which it was sent and answered. */
export function stepLoad(span: StepSpan, windows: readonly LoadWindow[], ticks: readonly LoadTick[]): StepLoad {
  const own = windows.filter((window) => window.step === span.index);
  const sum = (pick: (window: LoadWindow) => number) => own.reduce((total, window) => total + pick(window), 0);
  const planned = sum((window) => window.planned);
  const seconds = (span.endUs - span.startUs) / 1e6;
  const response = mergeHistograms(own.map((window) => window.response));
  const service = mergeHistograms(own.map((window) => window.service));
  const lag = mergeHistograms(own.map((window) => window.lag));
  const rps = (requests: number) => (seconds > 0 ? round(requests / seconds) : 0);
  return {
    load: {
      plannedRps: rps(planned),
      sentRps: rps(sharedOut(span, ticks, (tick) => tick.sent)),
      completedRps: rps(sharedOut(span, ticks, (tick) => tick.completed)),
      planned,
      completed: sum((window) => window.completed),
      failed: sum((window) => window.failed),
      timedOut: sum((window) => window.timedOut),
      dropped: sum((window) => window.dropped),
      unfinished: sum((window) => window.unfinished),
      resent: sum((window) => window.resent ?? 0),
      unsent: sum((window) => window.unsent ?? 0),
    },
    responseUs: summarise(response),
    serviceUs: summarise(service),
    ...(response.totalCount > 0 ? { spectrum: spectrumOf(response, service) } : {}),
    lagUs: summarise(lag),
    ...ownErrorOf(span, ticks, response, lag),
    ...phasesOf(own),
    ...requestsOf(own),
    errors: addUp(own.map((window) => window.errors)),
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

function addUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const errors of all)
    for (const [kind, count] of Object.entries(errors)) total[kind] = (total[kind] ?? 0) + count;
  return Object.fromEntries(Object.entries(total).sort((a, b) => b[1] - a[1]));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What the arrivals of a step consist of: the phases of their exchanges, and the requests they sent. */

import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { LoadPhase, LoadWindow, RequestWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';

/** The phases that these windows saw; nothing when they saw none, as in the closed loop and in older runs. */
export function phasesOf(windows: readonly LoadWindow[]): Pick<StepResult, 'phases'> {
  const all = windows.flatMap(({ phases }) => phases ?? []);
  if (all.length === 0) return {};
  const merged = (phase: LoadPhase) => summarise(mergeHistograms(all.flatMap((phases) => phases[phase] ?? [])));
  return { phases: { connectUs: merged('connect'), tlsUs: merged('tls'), firstByteUs: merged('firstByte') } };
}

/** Outcomes and latencies by request; nothing where there is only one. */
export function requestsOf(windows: readonly LoadWindow[]): Pick<StepResult, 'requests'> {
  const all = windows.flatMap(({ requests }) => requests ?? []);
  if (all.length === 0) return {};
  return { requests: [...groupBy(all, ({ name }) => name)].map(([name, own]) => oneRequest(name, own)) };
}

function oneRequest(name: string, own: readonly RequestWindow[]): NonNullable<StepResult['requests']>[number] {
  const sum = (pick: (window: RequestWindow) => number) => own.reduce((total, window) => total + pick(window), 0);
  return {
    name,
    planned: sum((window) => window.planned),
    completed: sum((window) => window.completed),
    failed: sum((window) => window.failed),
    timedOut: sum((window) => window.timedOut),
    dropped: sum((window) => window.dropped),
    unfinished: sum((window) => window.unfinished),
    responseUs: summarise(mergeHistograms(own.map(({ response }) => response))),
    serviceUs: summarise(mergeHistograms(own.map(({ service }) => service))),
  };
}

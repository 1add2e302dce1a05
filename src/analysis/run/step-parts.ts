/** What the arrivals of a step consist of: the phases of their exchanges, and the requests they sent. */

import type { Histogram } from 'hdr-histogram-js';
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { FlowWindow, LoadPhase, LoadWindow, RequestWindow } from '../../model/load.ts';
import type { StepResult } from '../../model/run-result.ts';
import { ruledPercentiles } from './lost-slowest.ts';

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

/** Outcomes and latencies by flow; nothing where there is none. */
export function flowsOf(windows: readonly LoadWindow[]): Pick<StepResult, 'flows'> {
  const all = windows.flatMap(({ flows }) => flows ?? []);
  if (all.length === 0) return {};
  return { flows: [...groupBy(all, ({ name }) => name)].map(([name, own]) => ({ name, ...outcomesOf(own) })) };
}

/** How many requests the longest visit of an arrival has, with the redirects that its requests have on average, rounded up. */
export function requestsEach(windows: readonly LoadWindow[]): number {
  const all: readonly Counted[] = windows.flatMap(({ requests, ...whole }) => requests ?? [{ ...whole, name: '' }]);
  const requests = [...groupBy(all, ({ name }) => name).values()].map((own) => {
    const sum = (pick: (counted: Counted) => number | undefined) =>
      own.reduce((total, each) => total + (pick(each) ?? 0), 0);
    const planned = sum((each) => each.planned);
    const redirected = sum((each) => each.redirected);
    return {
      visit: own[0]?.flow ?? `/${own[0]?.name}`,
      count: 1 + (planned > 0 ? Math.ceil(redirected / planned) : 0),
    };
  });
  // One that stands alone is a visit of its own.
  const visits = [...groupBy(requests, ({ visit }) => visit).values()];
  return Math.max(1, ...visits.map((own) => own.reduce((total, { count }) => total + count, 0)));
}

type Counted = Pick<RequestWindow, 'name' | 'flow' | 'planned' | 'redirected'>;

function oneRequest(name: string, own: readonly RequestWindow[]): NonNullable<StepResult['requests']>[number] {
  const flow = own[0]?.flow;
  const firstByte = own.flatMap((window) => window.firstByte ?? []);
  const redirected = own.reduce((total, window) => total + (window.redirected ?? 0), 0);
  const errors = addedUp(own.map((window) => window.errors ?? {}));
  return {
    name,
    ...(flow === undefined ? {} : { flow }),
    ...outcomesOf(own, firstByte),
    ...(firstByte.length > 0 ? { firstByteUs: summarise(mergeHistograms(firstByte)) } : {}),
    ...(redirected > 0 ? { redirected } : {}),
    ...(Object.keys(errors).length > 0 ? { errors } : {}),
  };
}

function outcomesOf(own: readonly FlowWindow[], firstByte: readonly string[] = []) {
  const sum = (pick: (window: FlowWindow) => number) => own.reduce((total, window) => total + pick(window), 0);
  const response = mergeHistograms(own.map((window) => window.response));
  const service = mergeHistograms(own.map((window) => window.service));
  return {
    planned: sum((window) => window.planned),
    completed: sum((window) => window.completed),
    failed: sum((window) => window.failed),
    timedOut: sum((window) => window.timedOut),
    dropped: sum((window) => window.dropped),
    unfinished: sum((window) => window.unfinished),
    responseUs: summarise(response),
    serviceUs: summarise(service),
    ...ruledOf(own, { response, service, firstByte }),
  };
}

/** What was merged of some windows; the first bytes are still texts, because few of them are needed. */
interface Merged {
  readonly response: Histogram;
  readonly service: Histogram;
  readonly firstByte: readonly string[];
}

/** The percentiles that rules are judged on; nothing where every arrival had a good answer. */
export function ruledOf(
  own: readonly Pick<FlowWindow, 'completed' | 'failed' | 'timedOut' | 'dropped' | 'lost'>[],
  { response, service, firstByte }: Merged,
): Pick<StepResult, 'ruledUs'> {
  const sum = (pick: (window: (typeof own)[number]) => number) =>
    own.reduce((total, window) => total + pick(window), 0);
  const completed = sum((window) => window.completed);
  const timedOut = sum((window) => window.timedOut);
  const without = timedOut + sum(({ failed, dropped }) => failed + dropped);
  if (without === 0) return {};
  const lost = mergeHistograms(own.flatMap((window) => window.lost ?? []));
  const answered = { completed, without, late: 0 };
  return {
    ruledUs: {
      response: ruledPercentiles({ ...answered, all: response, lost, late: timedOut }),
      service: ruledPercentiles({ ...answered, all: service }),
      ...(firstByte.length > 0
        ? { firstByte: ruledPercentiles({ ...answered, all: mergeHistograms(firstByte) }) }
        : {}),
    },
  };
}

/** Counts by name added up, the largest first. */
export function addedUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all)
    for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count;
  return Object.fromEntries(Object.entries(total).sort((a, b) => b[1] - a[1]));
}

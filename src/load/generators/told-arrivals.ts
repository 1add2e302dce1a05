/** What a generator has told of its arrivals, added up, so that it is known of which nothing was told when it is gone. */
import type { LoadBins, LoadWindow } from '../../model/load.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';

/** Arrivals that are known to have fallen due, and those of them whose outcome is known. */
export interface Told {
  planned: number;
  ended: number;
}

/** What was told of the arrivals due in one second of one step: all of them, and the same by request and by flow, in the order of the plan. */
export interface ToldSecond {
  readonly step: number;
  readonly dueUs: number;
  readonly all: Told;
  /** Empty where the plan has one request and no flow, as in windows. */
  readonly requests: readonly Told[];
  readonly flows: readonly Told[];
}

/** Adds up what one generator tells. */
export interface ToldArrivals {
  take(message: LoadWindow | LoadBins): void;
  /** Of every second of which anything was told. */
  seconds(): Iterable<ToldSecond>;
  /** How many arrivals of a second of a step have fallen due. */
  planned(step: number, dueUs: number): number;
  /** How many arrivals of a step were told in each bin, by when that begins. */
  binned(step: number): ReadonlyMap<number, number>;
}

const none: ReadonlyMap<number, number> = new Map();

/** Nothing told yet. */
export function createToldArrivals(): ToldArrivals {
  const seconds = new Map<string, ToldSecond>();
  const bins = new Map<number, Map<number, number>>();
  return {
    take(message) {
      if (message.kind === 'bins') {
        takeBins(bins, message);
        return;
      }
      const { step, dueUs, requests = [], flows = [] } = message;
      const known = seconds.get(secondKey(step, dueUs));
      const second = known ?? {
        step,
        dueUs,
        all: nothingTold(),
        requests: requests.map(nothingTold),
        flows: flows.map(nothingTold),
      };
      if (!known) seconds.set(secondKey(step, dueUs), second);
      add(second.all, message);
      for (const [place, told] of second.requests.entries()) add(told, requests[place]);
      for (const [place, told] of second.flows.entries()) add(told, flows[place]);
    },
    seconds: () => seconds.values(),
    planned: (step, dueUs) => seconds.get(secondKey(step, dueUs))?.all.planned ?? 0,
    binned: (step) => bins.get(step) ?? none,
  };
}

/** Names a second of a step. */
export function secondKey(step: number, dueUs: number): string {
  return `${step} ${dueUs}`;
}

function nothingTold(): Told {
  return { planned: 0, ended: 0 };
}

function add(told: Told, counts: OutcomeCounts | undefined): void {
  if (!counts) return;
  const { planned, completed, failed, timedOut, dropped, unfinished } = counts;
  told.planned += planned;
  told.ended += completed + failed + timedOut + dropped + unfinished;
}

function takeBins(bins: Map<number, Map<number, number>>, message: LoadBins): void {
  const own = bins.get(message.step) ?? new Map<number, number>();
  bins.set(message.step, own);
  for (const { dueUs, completed, lost } of message.bins) own.set(dueUs, (own.get(dueUs) ?? 0) + completed + lost);
}

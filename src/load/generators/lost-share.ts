/** The arrivals of a generator that is gone: those that fell due without anybody knowing what became of them count as unfinished. */
import { encodeHistogram, newHistogram } from '../../model/histogram.ts';
import type { ArrivalBin, FlowWindow, LoadBins, LoadWindow, RequestWindow, Share } from '../../model/load.ts';
import { namesOf } from '../requests/visit-plan.ts';
import { type DueBin, dueArrivals, type LoadArrivals } from './due-arrivals.ts';
import { secondKey, type Told, type ToldArrivals, type ToldSecond } from './told-arrivals.ts';

/**
 * What makes up for what was not told of these shares of a load up to a moment: what fell due in them is planned, and what has no outcome
 * unfinished, in windows with their requests and flows, and in bins where the plan asks for them. Which request or flow an arrival began
 * with is known by the plan; how far it came in its flow, by what was told last.
 */
export function lostShare(
  arrivals: LoadArrivals,
  shares: readonly Share[],
  told: ToldArrivals,
  untilUs: number,
): { readonly windows: readonly LoadWindow[]; readonly bins: readonly LoadBins[] } {
  const due = dueArrivals(arrivals, shares, told, untilUs);
  const seconds = new Map(
    [...told.seconds()].map((second) => [secondKey(second.step, second.dueUs), { second, counts: noCounts }]),
  );
  for (const { step, dueUs, counts } of due.seconds) {
    const key = secondKey(step, dueUs);
    seconds.set(key, { second: seconds.get(key)?.second ?? untold(arrivals, step, dueUs), counts });
  }
  const { binUs } = arrivals.plan;
  return {
    windows: [...seconds.values()].flatMap(({ second, counts }) => lostWindow(arrivals, second, counts)),
    bins: binUs === undefined ? [] : [...due.bins].flatMap(([step, own]) => lostBins(step, own, told, binUs)),
  };
}

const noCounts: readonly number[] = [];

function untold({ plan }: LoadArrivals, step: number, dueUs: number): ToldSecond {
  const { flows = [] } = plan;
  const requests = namesOf(plan);
  const isApart = requests.length > 1 || flows.length > 0;
  const nothing = () => ({ planned: 0, ended: 0 });
  return { step, dueUs, all: nothing(), requests: isApart ? requests.map(nothing) : [], flows: flows.map(nothing) };
}

/** Arrivals that are known of now, and the outcomes that are missing. */
type Missing = Pick<FlowWindow, 'planned' | 'unfinished'>;

function lostWindow({ plan }: LoadArrivals, second: ToldSecond, counts: readonly number[]): LoadWindow[] {
  const { step, dueUs } = second;
  const { flows = [] } = plan;
  const names = namesOf(plan);
  const own = plan.requests.map((_, place) => missingOf(second.requests[place] ?? second.all, counts[place]));
  const visits = flows.map((_, place) => missingOf(second.flows[place], counts[plan.requests.length + place]));
  const requests = second.requests.map((told, place): RequestWindow => {
    const { name = '', flow } = names[place] ?? {};
    const visit = flow === undefined ? undefined : flows.findIndex((each) => each.name === flow);
    const isFirst = flow !== undefined && names.findIndex((each) => each.flow === flow) === place;
    const begun = visit !== undefined && isFirst ? (visits[visit]?.planned ?? 0) : 0;
    const missing = own[place] ?? { planned: begun, unfinished: told.planned + begun - told.ended };
    return { name, ...(flow === undefined ? {} : { flow }), ...outcomes(missing) };
  });
  const all = [...own, ...visits].reduce(plus, { planned: 0, unfinished: 0 });
  if (all.unfinished <= 0) return [];
  return [
    {
      kind: 'window',
      step,
      dueUs,
      ...outcomes(all),
      lag: nothingMeasured(),
      errors: {},
      ...(requests.length > 0 ? { requests } : {}),
      ...(flows.length > 0 ? { flows: flows.map(({ name }, place) => ({ name, ...outcomes(visits[place]) })) } : {}),
    },
  ];
}

function missingOf({ planned, ended }: Told = { planned: 0, ended: 0 }, due = 0): Missing {
  const missing = Math.max(0, due - planned);
  return { planned: missing, unfinished: planned + missing - ended };
}

function plus(sum: Missing, { planned, unfinished }: Missing): Missing {
  return { planned: sum.planned + planned, unfinished: sum.unfinished + unfinished };
}

function outcomes({ planned, unfinished }: Missing = { planned: 0, unfinished: 0 }): Omit<FlowWindow, 'name'> {
  const none = { completed: 0, failed: 0, timedOut: 0, dropped: 0 };
  return { planned, ...none, unfinished, response: nothingMeasured(), service: nothingMeasured() };
}

let emptyText: string | undefined;

function nothingMeasured(): string {
  emptyText ??= encodeHistogram(newHistogram());
  return emptyText;
}

/**
 * One message of a step, or none. An arrival that was sent a little before it was due is told in the bin of then: what a bin has too many
 * is of the next.
 */
function lostBins(step: number, due: ReadonlyMap<number, DueBin>, told: ToldArrivals, binUs: number): LoadBins[] {
  const binned = told.binned(step);
  const bins: ArrivalBin[] = [];
  let early = 0;
  for (const dueUs of [...new Set([...binned.keys(), ...due.keys()])].sort((a, b) => a - b)) {
    const ended = (binned.get(dueUs) ?? 0) + early;
    const { count = 0, firstUs } = due.get(dueUs) ?? {};
    early = Math.max(0, ended - count);
    if (count <= ended) continue;
    const lost = count - ended;
    // Of some that were answered and some that were not nobody knows which came first.
    const first = ended === 0 && firstUs !== undefined ? { firstLostUs: Math.round(firstUs) } : {};
    bins.push({ dueUs, completed: 0, lost, untold: lost, response: '', ...first });
  }
  return bins.length > 0 ? [{ kind: 'bins', step, binUs, bins }] : [];
}

/** The arrivals of a generator that its plan says have fallen due: walked through once more, and counted as they are told. */
import type { LoadPlan, Share } from '../../model/load.ts';
import { arrivalChoices } from '../requests/choice.ts';
import { arrivalCursor, type ScheduleSpec } from '../schedule/arrivals.ts';
import { secondKey, type ToldArrivals } from './told-arrivals.ts';

/** Which arrivals a load has, and what each of them is. */
export interface LoadArrivals {
  readonly schedule: Omit<ScheduleSpec, 'share'>;
  readonly plan: Pick<LoadPlan, 'requests' | 'flows' | 'seed' | 'binUs'>;
  /** What recorded arrivals send, see `arrivalChoices`. */
  readonly recorded?: Int32Array | undefined;
}

/** Those due in one second of one step. */
interface DueSecond {
  readonly step: number;
  readonly dueUs: number;
  /** By their place among the requests and, after them, the flows of the plan. */
  readonly counts: number[];
}

/** Those due in one bin. */
export interface DueBin {
  count: number;
  /** When the first of them is due. */
  readonly firstUs: number;
}

/** See the fields. */
export interface DueArrivals {
  readonly seconds: Iterable<DueSecond>;
  /** By step, then by when the bin begins; empty where the plan asks for none. */
  readonly bins: ReadonlyMap<number, ReadonlyMap<number, DueBin>>;
}

const secondUs = 1_000_000;

/** What falls due of these shares up to a moment, and what was told beyond it by a generator whose clock is a little ahead. */
export function dueArrivals(
  arrivals: LoadArrivals,
  shares: readonly Share[],
  told: Pick<ToldArrivals, 'planned'>,
  untilUs: number,
): DueArrivals {
  const { requests, flows = [], binUs } = arrivals.plan;
  const seconds = new Map<string, DueSecond>();
  const bins = new Map<number, Map<number, DueBin>>();
  const secondOf = ({ step, dueUs }: Walk) => {
    const second = Math.floor(dueUs / secondUs) * secondUs;
    const key = secondKey(step, second);
    const known = seconds.get(key);
    if (known) return known;
    const counts = new Array<number>(requests.length + flows.length).fill(0);
    const own = { step, dueUs: second, counts };
    seconds.set(key, own);
    return own;
  };
  const count = (walk: Walk) => {
    const { counts } = secondOf(walk);
    counts[walk.choice] = (counts[walk.choice] ?? 0) + 1;
    if (binUs !== undefined) countBin(bins, walk, binUs);
    walk.advance();
  };
  const walks = shares.map((share) => walkOf(arrivals, share));
  for (const walk of walks) while (walk.dueUs <= untilUs) count(walk);
  for (let next = earliest(walks); next; next = earliest(walks)) {
    const { step, dueUs, counts } = secondOf(next);
    if (counts.reduce((sum, each) => sum + each, 0) >= told.planned(step, dueUs)) break;
    count(next);
  }
  return { seconds: seconds.values(), bins };
}

/** The arrivals of one share. */
interface Walk {
  readonly dueUs: number;
  readonly step: number;
  readonly choice: number;
  advance(): void;
}

function walkOf({ schedule, plan, recorded }: LoadArrivals, share: Share): Walk {
  const cursor = arrivalCursor({ ...schedule, share });
  const choose = arrivalChoices(plan, recorded);
  const isOne = plan.requests.length + (plan.flows?.length ?? 0) === 1;
  // What the others send is drawn as well, as they draw it.
  const next = (others: number) => {
    for (let left = isOne ? 0 : others; left > 0; left--) choose();
    return choose();
  };
  const walk = {
    dueUs: cursor.dueUs,
    step: cursor.step,
    choice: next(share.index),
    advance() {
      cursor.advance();
      walk.dueUs = cursor.dueUs;
      walk.step = cursor.step;
      walk.choice = next(share.of - 1);
    },
  };
  return walk;
}

function earliest(walks: readonly Walk[]): Walk | undefined {
  const left = walks.filter(({ dueUs }) => dueUs < Number.POSITIVE_INFINITY);
  return left.reduce<Walk | undefined>((first, walk) => (first && first.dueUs <= walk.dueUs ? first : walk), undefined);
}

function countBin(bins: Map<number, Map<number, DueBin>>, { step, dueUs }: Walk, binUs: number): void {
  const own = bins.get(step) ?? new Map<number, DueBin>();
  bins.set(step, own);
  const fromUs = Math.floor(dueUs / binUs) * binUs;
  const bin = own.get(fromUs);
  if (bin) bin.count++;
  else own.set(fromUs, { count: 1, firstUs: dueUs });
}

/** The states of one request in the order in which they were, few enough to be drawn. */
import { eachStretch, type PartKind, type StateMark } from './request-parts.ts';

/** A stretch of a request's time with one kind and site. */
interface StateStretch {
  readonly kind: PartKind;
  readonly site: string;
  /** Since the begin of the request. */
  readonly fromNs: number;
  readonly ns: number;
}

/** All of a request's time, in order; short stretches are parts of their neighbours where there were too many. */
export interface RequestOrder {
  readonly stretches: readonly StateStretch[];
  /** How many were made parts of their neighbours, and how long these are together. */
  readonly merged: number;
  readonly mergedNs: number;
}

/** More could not be told apart in a picture. */
const mostStretches = 40;

/** The order of a request's states from its begin to some moment. */
export interface OrderSoFar {
  readonly stretches: readonly Stretch[];
  readonly merged: number;
}

const noOrder: OrderSoFar = { stretches: [], merged: 0 };

/** The states from `beginNs` to `endNs` behind those of `before`, all at most forty stretches. */
export function orderedStates(
  marks: readonly StateMark[],
  beginNs: number,
  endNs: number,
  before?: OrderSoFar,
): RequestOrder {
  const { stretches, merged } = orderSoFar(marks, beginNs, endNs, before);
  let fromNs = 0;
  return {
    stretches: stretches.map(({ kind, site, ns }) => {
      fromNs += ns;
      return { kind, site, fromNs: fromNs - ns, ns };
    }),
    merged,
    mergedNs: stretches.reduce((sum, { ofOthersNs }) => sum + ofOthersNs, 0),
  };
}

/** The same, to go on from. */
export function orderSoFar(
  marks: readonly StateMark[],
  beginNs: number,
  endNs: number,
  before: OrderSoFar = noOrder,
): OrderSoFar {
  const all = [...before.stretches];
  eachStretch(marks, beginNs, endNs, (kind, site, ns) => all.push({ kind, site, ns, ofOthersNs: 0 }), []);
  let stretches = joined(all);
  let { merged } = before;
  while (stretches.length > mostStretches) {
    // What is between two of a kind takes one of them with it.
    const fewer = withoutShortest(stretches, Math.ceil((stretches.length - mostStretches) / 2));
    merged += fewer.merged;
    stretches = joined(fewer.stretches);
  }
  return { stretches, merged };
}

interface Stretch {
  readonly kind: PartKind;
  readonly site: string;
  readonly ns: number;
  /** How much of it was of another kind or site. */
  readonly ofOthersNs: number;
}

/** Neighbours of one kind and site as one. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const stretch of stretches) {
    const last = out.at(-1);
    if (last?.kind === stretch.kind && last.site === stretch.site)
      out[out.length - 1] = {
        ...last,
        ns: last.ns + stretch.ns,
        ofOthersNs: last.ofOthersNs + stretch.ofOthersNs,
      };
    else out.push(stretch);
  }
  return out;
}

/** The shortest ones, at most so many of them and no two neighbours, as parts of the longer of their neighbours. */
function withoutShortest(
  stretches: readonly Stretch[],
  most: number,
): { readonly stretches: readonly Stretch[]; readonly merged: number } {
  const left = stretches.slice();
  const gone = new Set<number>();
  const shortestFirst = [...left.keys()].sort((a, b) => nsAt(left, a) - nsAt(left, b));
  // The rest are those that have to stay, whatever they would be merged into.
  for (const at of shortestFirst.slice(0, most)) {
    if (gone.has(at - 1) || gone.has(at + 1)) continue;
    const [own, to] = [left[at], nsAt(left, at - 1) >= nsAt(left, at + 1) ? at - 1 : at + 1];
    const into = left[to];
    if (!own || !into) continue;
    left[to] = { ...into, ns: into.ns + own.ns, ofOthersNs: into.ofOthersNs + own.ns };
    gone.add(at);
  }
  return { stretches: left.filter((_, at) => !gone.has(at)), merged: gone.size };
}

function nsAt(stretches: readonly Stretch[], at: number): number {
  return stretches[at]?.ns ?? -1;
}

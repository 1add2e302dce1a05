/** What the slow requests of a traced service spend their time with, and what they have more of than ordinary ones. */
import type { InspectedPart, RequestCohort } from '../../model/inspected-trace.ts';
import type { RunTraces, TracedStep } from '../../model/run-traces.ts';

/** Work for the collector stands under `gc`, with what was runnable while the collector had more of the processors than anything else. */
export type TimeKind = Exclude<InspectedPart['what'], 'gc-assist'>;

/** A part of a mean under a kind. */
export interface KindPart extends InspectedPart {
  readonly what: TimeKind;
}

/** The mean time of slow requests; microseconds. */
export interface SlowTime {
  /** Which these are: `the slowest 1 % of traced requests`. */
  readonly who: string;
  readonly meanUs: number;
  readonly parts: readonly KindPart[];
  readonly ranInstead: RequestCohort['ranInstead'];
}

/** By how much slow requests took longer than ordinary ones; microseconds. */
export interface ExtraTime {
  readonly slow: SlowTime;
  /** Whether `slow` are ordinary requests of a step, held against those of one below. */
  readonly isOfAll: boolean;
  readonly us: number;
  /** Those of which they have more, greatest first. */
  readonly kinds: readonly { readonly what: TimeKind; readonly us: number }[];
  /** Whose ordinary requests: the step's own, or that of this name. */
  readonly than: string | undefined;
}

/** A mean of fewer is none to hold something against. */
const leastOrdinary = 10;
/** Slow requests that do not take so many times as long as ordinary ones are no others than these. */
const slower = 2;
/** Without a mean of the slowest 1 % the slowest ones stand for them, if they are at most one in so many. */
const oneIn = 10;

/** What slow requests of a service do; undefined where too few were seen. */
export function slowTimeOf({ all, slowest, requests }: TracedStep): SlowTime | undefined {
  if (all?.slow) return slowestOf(all.slow);
  const { length } = slowest;
  if (length === 0 || requests.found < oneIn * length) return undefined;
  const parts = slowest.flatMap((request) => request.parts.map((part) => ({ ...part, us: part.us / length })));
  return {
    who: `the ${length} slowest of ${requests.found} traced requests`,
    meanUs: slowest.reduce((sum, { us }) => sum + us, 0) / length,
    parts: byKind({ parts, ranInstead: [] }),
    ranInstead: [],
  };
}

/**
 * What the slowest 1 % have more of than ordinary requests of the first of the steps `below` that was traced, else of their own step. Where the
 * slowest 1 % are too few, what ordinary requests have more of than those of the step below. Undefined where there are too few of these too,
 * where slow requests hardly take longer, and where most requests were longer than a window: those that are seen are then others.
 */
export function extraTimeOf(traced: TracedStep, traces: RunTraces, below: readonly string[]): ExtraTime | undefined {
  if (!isMostlySeen(traced)) return undefined;
  const base = below
    .flatMap((name) => traces.steps.find(({ step, service }) => step === name && service === traced.service) ?? [])
    .find(({ all }) => isEnough(all?.typical));
  const { slow: slowest, typical } = traced.all ?? {};
  const ordinary = base ? base.all?.typical : slowest && typical;
  const slow = slowest ? slowestOf(slowest) : typical && ordinaryOf(typical);
  if (!slow || !ordinary || !isEnough(ordinary) || slow.meanUs < slower * ordinary.meanUs) return undefined;
  const usual = byKind(ordinary);
  const kinds = [...new Set(slow.parts.map(({ what }) => what))]
    .map((what) => ({ what, us: spentOn(slow.parts, [what]) - spentOn(usual, [what]) }))
    .filter(({ us }) => us > 0)
    .sort((a, b) => b.us - a.us);
  return { slow, isOfAll: !slowest, us: slow.meanUs - ordinary.meanUs, kinds, than: base?.step };
}

function slowestOf(slow: RequestCohort): SlowTime {
  const { meanUs, ranInstead } = slow;
  return { who: 'the slowest 1 % of traced requests', meanUs, parts: byKind(slow), ranInstead };
}

function ordinaryOf(typical: RequestCohort): SlowTime | undefined {
  const { meanUs, ranInstead } = typical;
  if (!isEnough(typical)) return undefined;
  return { who: 'ordinary traced requests', meanUs, parts: byKind(typical), ranInstead };
}

/** The time in parts of these kinds; microseconds. */
export function spentOn(parts: readonly KindPart[], kinds: readonly TimeKind[]): number {
  return parts.reduce((sum, { what, us }) => (kinds.includes(what) ? sum + us : sum), 0);
}

function isMostlySeen({ requests }: TracedStep): boolean {
  return requests.censored <= requests.found;
}

function isEnough(typical: RequestCohort | undefined): boolean {
  return (typical?.count ?? 0) >= leastOrdinary;
}

/** One part for each kind and place. */
function byKind({ parts, ranInstead }: Pick<RequestCohort, 'parts' | 'ranInstead'>): KindPart[] {
  const [most] = ranInstead.toSorted((a, b) => b.us - a.us);
  const behindCollector = most?.use === 'collector';
  const told = new Map<string, KindPart>();
  for (const part of parts) {
    const what = kindOf(part, behindCollector);
    const key = `${what} ${part.site}`;
    told.set(key, { ...part, what, us: part.us + (told.get(key)?.us ?? 0) });
  }
  return [...told.values()];
}

function kindOf({ what }: InspectedPart, behindCollector: boolean): TimeKind {
  return what === 'gc-assist' || (what === 'runnable' && behindCollector) ? 'gc' : what;
}

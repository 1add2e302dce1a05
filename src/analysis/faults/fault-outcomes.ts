/** From faults and arrivals to what users saw of each fault. */
import type { FaultSpec } from '../../model/fault.ts';
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { LoadBins } from '../../model/load.ts';
import type { FaultMoment } from '../../model/sample.ts';
import type { LoadStep } from '../../model/scenario.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { isStepRule } from '../../model/slo-rule.ts';
import type { StepSpan } from '../run/step-spans.ts';
import { type BinnedArrivals, binnedArrivals, slowerThan } from './arrivals.ts';
import { type Band, bandOf, chanceOf, usualP99Us } from './band.ts';
import { brokenRules } from './broken-rules.ts';
import { type Episode, episodesOf, type Onset } from './episodes.ts';
import { type FaultTimes, faultTimes, overlap } from './fault-times.ts';
import { isSelfKept } from './metastable.ts';
import { type PlannedSpan, plannedSpans, sameRateAround } from './planned-load.ts';
import { type Horizon, type Judged, recoveryOf } from './recovery.ts';
import { hasArrivals, type Slot, slotsFrom, slotUsOf } from './slots.ts';

/** What is known of a run with faults. */
export interface FaultEvidence {
  readonly faults: readonly FaultSpec[];
  readonly moments: readonly FaultMoment[];
  readonly bins: readonly LoadBins[];
  readonly spans: readonly StepSpan[];
  readonly steps: readonly LoadStep[];
  readonly slo: readonly SloRule[];
  /** Whether the run went on to its end. */
  readonly isComplete: boolean;
  /** What of a response p99 may be the generator's own, in the step at a moment. */
  readonly ownErrorUsAt: (us: number) => number;
}

/** A settled time is at least this long, and has at least so many arrivals. */
const leastSettleUs = 2_000_000;
const leastSettled = 20;
/** Harm that begins so soon after a fault was put in force, or taken back, begins with it. */
const onsetUs = 200_000;
const longestUnderWayUs = 10_000_000;
/** Of a run that was cut off nobody knows what became of the last arrivals. */
const cutUs = 1_000_000;

type InForce = FaultTimes & { readonly startUs: number };

interface Context extends FaultEvidence {
  readonly arrivals: BinnedArrivals;
  readonly planned: readonly PlannedSpan[];
  readonly times: readonly FaultTimes[];
  readonly lastUs: number;
}

interface Known {
  readonly outcome: FaultOutcome;
  readonly times: FaultTimes;
  readonly band?: Band | undefined;
  readonly judged?: Judged | undefined;
  readonly settleUs: number;
}

/** What users saw of each fault that was asked for, in the order in which they began. */
export function faultOutcomes(evidence: FaultEvidence): FaultOutcome[] {
  const arrivals = binnedArrivals(evidence.bins);
  const times = faultTimes(evidence.moments);
  const planned = plannedSpans(evidence.spans, evidence.steps);
  const endUs = planned.at(-1)?.endUs ?? 0;
  // From there on arrivals are lost with their generator, which says nothing of what users saw.
  const toldUs = arrivals?.bins.find(({ untold }) => untold > 0)?.dueUs ?? Number.POSITIVE_INFINITY;
  const lastUs = Math.min(toldUs, evidence.isComplete ? endUs : endUs - cutUs);
  const known: Known[] = [];
  for (const fault of times) {
    const { startUs } = fault;
    const context = { ...evidence, times, planned, lastUs };
    if (startUs === undefined) known.push(unjudged(fault, 'it could not be put in force', evidence));
    else if (!arrivals) known.push(unjudged(fault, 'nothing is known of arrivals by short bins', evidence));
    else known.push(judge({ ...fault, startUs }, known, { ...context, arrivals }));
  }
  return known.map(({ outcome }) => outcome);
}

function unjudged(times: FaultTimes, why: string, { faults }: FaultEvidence): Known {
  return {
    outcome: { ...headOf(times, faults), broken: [], recovery: { state: 'cannot-tell', why } },
    times,
    settleUs: leastSettleUs,
  };
}

function judge(fault: InForce, earlier: readonly Known[], context: Context): Known {
  const { arrivals, planned, faults, lastUs, slo, steps } = context;
  const { binUs } = arrivals;
  const slotUs = slotUsOf(arrivals);
  const around = sameRateAround(planned, fault.askedUs, slotUs);
  if (!around) return unjudged(fault, 'no load was sent when it began', context);
  const settleUs = Math.max(leastSettleUs, (leastSettled / around.rps) * 1e6);
  const cleanUs = Math.max(around.fromUs, ...earlier.map((each) => wellSince(each, fault)));
  const usualUs = usualP99Us(arrivals, Math.min(cleanUs, fault.askedUs), fault.askedUs);
  const underWayUs = Math.min(Math.max(usualUs, binUs), longestUnderWayUs);
  const fromUs = Math.floor((fault.askedUs - underWayUs) / binUs) * binUs;
  const own = bandOf(arrivals, {
    fromUs: cleanUs,
    untilUs: fromUs,
    rps: around.rps,
    isClosed: steps.some(({ shape }) => shape.kind === 'closed'),
    loadUs: planned[0]?.startUs ?? 0,
    ownErrorUs: context.ownErrorUsAt(fault.askedUs),
  });
  const band = typeof own === 'string' ? (bandBefore(earlier, around.rps) ?? own) : own;
  if (typeof band === 'string') return unjudged(fault, band, context);
  const horizon = horizonOf(fault, around.untilUs, { ...context, lastUs });
  const slots = slotsFrom(arrivals, fromUs, horizon.untilUs);
  const episodes = episodesOf(slots, band, onsetsOf(fault, fromUs), binUs);
  const judged = recoveryOf({ fault, episodes, horizon, settleUs, binUs });
  const concerned = slots.filter((slot) => slot.fromUs < concernedUntil(judged, fault, horizon, settleUs));
  const isMetastable = judged.recovery.state === 'not-recovered' && isSelfKept(slots, fault, horizon.untilUs, band);
  const stepAt = (us: number) => planned.find(({ startUs, endUs }) => us >= startUs && us < endUs)?.name;
  const harm = harmOf(concerned, band);
  const outcome: FaultOutcome = {
    ...headOf(fault, faults),
    band: bandTold(band),
    ...detected(judged.own[0], fault, binUs),
    ...harm,
    broken: brokenRules(slo.filter(isStepRule), { slots: concerned, slotUs, stepAt }),
    recovery: {
      ...judged.recovery,
      ...(isMetastable ? { metastable: true } : {}),
      why: `${judged.recovery.why}${byChance(judged, harm)}${togetherWith(fault, judged, context.times)}`,
    },
  };
  return { outcome, times: fault, band, judged, settleUs };
}

/** From when on an earlier fault was no longer to be seen; never, where it was still when this one began. */
function wellSince({ times, judged, settleUs }: Known, { askedUs }: FaultTimes): number {
  if (times.startUs === undefined) return Number.NEGATIVE_INFINITY;
  if (!judged) return Number.POSITIVE_INFINITY;
  const begun = judged.own.filter(({ fromUs }) => fromUs < askedUs);
  const wellUs = begun.length === 0 ? times.askedUs : begun.at(-1)?.wellUs;
  const isWell = wellUs !== undefined && wellUs + settleUs <= askedUs;
  return isWell ? (begun.length === 0 ? Number.NEGATIVE_INFINITY : wellUs) : Number.POSITIVE_INFINITY;
}

/** The band of the last earlier fault at this rate. */
function bandBefore(earlier: readonly Known[], rps: number): Band | undefined {
  return earlier.findLast(({ band }) => band && Math.abs(band.rps - rps) <= 0.1 * rps)?.band;
}

/** To the end of the load, at this rate, and until the next fault that begins when this one is over. */
function horizonOf(fault: InForce, rateUntilUs: number, { times, lastUs, isComplete }: Context): Horizon {
  const next = times.find(
    (other) => other.startUs !== undefined && other.askedUs > fault.askedUs && !overlap(fault, other),
  );
  const untilUs = Math.min(rateUntilUs, lastUs, next?.askedUs ?? Number.POSITIVE_INFINITY);
  if (next && untilUs === next.askedUs) return { untilUs, cut: 'fault', by: next.name };
  if (untilUs < lastUs) return { untilUs, cut: 'rate' };
  return { untilUs, cut: isComplete ? 'load' : 'run' };
}

function onsetsOf({ startUs, endAskedUs, endUs }: InForce, fromUs: number): Onset[] {
  const begin = { fromUs, untilUs: startUs + onsetUs };
  if (endAskedUs === undefined) return [begin];
  return [begin, { fromUs: endAskedUs, untilUs: (endUs ?? endAskedUs) + onsetUs }];
}

function concernedUntil(
  { recovery, wellUs }: Judged,
  { startUs, endUs = startUs }: InForce,
  { untilUs }: Horizon,
  settleUs: number,
): number {
  if (recovery.state === 'recovered') return wellUs ?? untilUs;
  return recovery.state === 'no-harm' ? Math.min(untilUs, endUs + settleUs) : untilUs;
}

function bandTold({ fromUs, toUs, p99Us, failedShare, leastAnswered, rps, slots }: Band): FaultOutcome['band'] {
  const perWindow = (slots * 1e6) / Math.max(1, toUs - fromUs);
  const answeredRps = leastAnswered > 0 ? leastAnswered * perWindow : rps * (1 - failedShare);
  return { fromUs, toUs, p99Us, failedShare, answeredRps };
}

/** In the bin in which the fault began, or among those under way then, the first that saw it did so when it began. */
function detected(
  first: Episode | undefined,
  { askedUs, startUs }: InForce,
  binUs: number,
): Pick<FaultOutcome, 'detectedUs'> {
  if (!first) return {};
  const seenUs = Math.max(first.fromUs, askedUs);
  return { detectedUs: seenUs <= startUs && seenUs + binUs > startUs ? 0 : seenUs - startUs };
}

function harmOf(slots: readonly Slot[], band: Band): Pick<FaultOutcome, 'lost' | 'slow'> {
  const seen = slots.filter(hasArrivals);
  const total = (pick: (slot: Slot) => number) => seen.reduce((sum, slot) => sum + pick(slot), 0);
  const arrivals = total(({ answered, lost }) => answered + lost);
  // In a closed load none is due while all wait: then it is the windows without arrivals that tell.
  const chance = chanceOf(band.leastAnswered > 0 ? slots : seen, band);
  const expected = (before: number) => (band.arrivals > 0 ? (before / band.arrivals) * arrivals : 0);
  return {
    lost: { observed: total(({ lost }) => lost), expected: expected(band.lost), odds: chance.lost },
    slow: {
      observed: total(({ bins }) => bins.reduce((sum, bin) => sum + slowerThan(bin, band.p99Us), 0)),
      expected: expected(band.slow),
      odds: chance.slow,
    },
  };
}

/** Single arrivals that were hurt in its time, where no more of them were than chance may bring. */
function byChance({ recovery }: Judged, { lost, slow }: Pick<FaultOutcome, 'lost' | 'slow'>): string {
  const [lostCount, slowCount] = [lost?.observed ?? 0, slow?.observed ?? 0];
  if (recovery.state !== 'no-harm' || lostCount + slowCount === 0) return '';
  return `, but for ${lostCount} lost and ${slowCount} slow arrivals, no more than chance may bring`;
}

/** What several faults did at a time is given to each of them. */
function togetherWith(fault: InForce, { own }: Judged, times: readonly FaultTimes[]): string {
  if (own.length === 0) return '';
  const others = times.filter(
    (other) => other.name !== fault.name && other.startUs !== undefined && overlap(fault, other),
  );
  if (others.length === 0) return '';
  return `; ${others.map(({ name }) => name).join(' and ')} ${others.length > 1 ? 'were' : 'was'} in force at the same time: what each did cannot be told apart`;
}

function headOf(times: FaultTimes, faults: readonly FaultSpec[]) {
  const { name, askedUs, startUs, endUs, what, failed, targets } = times;
  const kind = faults.find((fault) => fault.name === name)?.action.kind ?? 'fault';
  return {
    name,
    kind,
    what: what ?? kind,
    targets: [...targets],
    askedUs,
    ...(startUs === undefined ? {} : { startUs }),
    ...(endUs === undefined ? {} : { endUs }),
    ...(failed === undefined ? {} : { failed }),
  };
}

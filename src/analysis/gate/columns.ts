/** Rounds to columns: one number per round for each step and metric that is judged, positive where the candidate is worse. */

import type { Waited } from '../../model/arm-faults.ts';
import type { ArmStep } from '../../model/comparison.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { canOnlyFail, type GateMetric } from '../../model/gate-terms.ts';
import type { Decision } from '../../model/gate-verdict.ts';
import { medianOf } from '../../model/median.ts';
import { slowerIn, slowShare, slowThresholdUs } from '../rounds/slow-share.ts';
import { halvesRatio, typicalP99Us } from '../rounds/window-p99.ts';
import { logOfShare } from '../statistics/effect.ts';
import { type Capacity, capacityAt } from './capacity-crossing.ts';

/** What is harmless in the share of slow requests: half as many again. */
const slowShareTolerance = 0.5;

/** The p99 at which capacity ends unless a limit is given, in multiples of the lowest step's. */
const limitOverLowest = 5;

/** A step has settled when its halves differ by less than this, and its backlog at the end is less than this many times its mean. */
const settledHalves = { least: 0.8, most: 1.25 };
const settledBacklog = 2;

/** Fewer requests in flight than this are no pile, whatever their mean. */
const leastPile = 20;

/** What the statistics need of one step of one arm. */
export interface StepTail {
  /** See `typicalP99Us`. */
  readonly p99Us: number;
  readonly count: number;
  readonly slowerThan: (us: number) => number;
  readonly utilisation?: number | undefined;
  /** See `halvesRatio`. */
  readonly halves?: number | undefined;
  /** Requests in flight at the end over their mean; 0 where they are few. */
  readonly backlog?: number | undefined;
}

/** One step of a round in both arms. */
export interface StepPair {
  readonly name: string;
  readonly rps: number;
  readonly baseline: StepTail;
  readonly candidate: StepTail;
}

/** One value per round, a log-ratio, infinite or NaN as `waitedRatio` has it; `tolerance` is the harmless one. */
export interface GateColumn {
  readonly metric: GateMetric;
  /** Absent for capacity, which is of the whole ramp, and for what is of a fault or a condition. */
  readonly step?: string | undefined;
  /** The fault, or the condition and its event. */
  readonly of?: string | undefined;
  /** Of recovery and convergence, by round. */
  readonly waits?: readonly { readonly baseline: Waited; readonly candidate: Waited }[];
  readonly rps?: number | undefined;
  readonly values: readonly number[];
  readonly tolerance: number;
}

/** The columns of some rounds, and the steps that have no latency column. */
export interface GateColumns {
  readonly columns: readonly GateColumn[];
  readonly absent: Decision['absent'];
  /** Where capacity was asked for but has no column: every ramp of both arms ended on this side of its limit. */
  readonly uncrossed?: Decision['uncrossed'];
}

/** The tail of a finished step; arrivals without a good answer count as slow. */
export function tailOf(step: ArmStep): StepTail {
  return {
    p99Us: typicalP99Us(step.windows),
    count: step.counts.planned,
    slowerThan: slowerIn(step),
    utilisation: step.utilisation,
    halves: halvesRatio(step.windows),
    ...(step.inFlight ? { backlog: backlogOf(step.inFlight) } : {}),
  };
}

function backlogOf({ atEnd, mean }: NonNullable<ArmStep['inFlight']>): number {
  return atEnd < leastPile ? 0 : atEnd / mean;
}

/**
 * The columns of these rounds. A step leaves the latency columns only when both arms are too busy or unsettled: a change that makes one
 * arm so is what the gate looks for. In each round it goes by the better arm, whichever that is, because the test flips rounds: which
 * columns there are must not depend on which arm is which in any of them.
 */
export function gateColumns(rounds: readonly (readonly StepPair[])[], settings: GateSettings): GateColumns {
  const steps = (rounds[0] ?? []).map(({ name }) => {
    const pairs = rounds.flatMap((round) => round.find((pair) => pair.name === name) ?? []);
    return { name, pairs, reason: reasonAgainst(pairs, settings.maxUtilisation) };
  });
  const isAsked = (metric: GateMetric) => settings.metrics.includes(metric);
  const capacity = isAsked('capacity') ? capacityColumn(rounds, settings) : undefined;
  const quiet = steps.filter(({ reason }) => reason === undefined);
  const tolerance = toleratedLog('p99', settings);
  const columns: GateColumn[] = [
    ...(isAsked('p99') ? quiet : []).map(({ name, pairs }) => ({
      ...at(name, pairs),
      metric: 'p99' as const,
      values: pairs.map(p99Ratio),
      tolerance,
    })),
    ...(isAsked('slow-share') ? quiet : []).map(({ name, pairs }) => ({
      ...at(name, pairs),
      metric: 'slow-share' as const,
      values: pairs.map(slowRatio),
      tolerance: toleratedLog('slow-share', settings),
    })),
    ...(capacity?.values ? [{ metric: 'capacity' as const, values: capacity.values, tolerance }] : []),
  ];
  const isOfSteps = isAsked('p99') || isAsked('slow-share') || isAsked('capacity');
  const absent = (isOfSteps ? steps : []).flatMap(({ name, pairs, reason }) =>
    reason === undefined
      ? []
      : [{ step: name, rps: pairs[0]?.rps ?? 0, reason, isCovered: capacity?.isCovering ?? false }],
  );
  return { columns, absent, ...(capacity?.uncrossed ? { uncrossed: capacity.uncrossed } : {}) };
}

/** The log-ratio of a metric that is harmless. */
export function toleratedLog(metric: GateMetric, { tolerance }: Pick<GateSettings, 'tolerance'>): number {
  return logOfShare(canOnlyFail(metric) ? slowShareTolerance : tolerance);
}

/** ln of the candidate's p99 over the baseline's. */
export function p99Ratio({ baseline, candidate }: StepPair): number {
  return Math.log(candidate.p99Us) - Math.log(baseline.p99Us);
}

function slowRatio({ baseline, candidate }: StepPair): number {
  const us = slowThresholdUs(baseline.p99Us, candidate.p99Us);
  const share = (arm: StepTail) => Math.log(slowShare(arm.slowerThan(us), arm.count));
  return share(candidate) - share(baseline);
}

function at(step: string, pairs: readonly StepPair[]): { step: string; rps: number } {
  return { step, rps: pairs[0]?.rps ?? 0 };
}

/** ln of the baseline's capacity over the candidate's; no values when every round of both arms stayed on one side of the limit. */
function capacityColumn(rounds: readonly (readonly StepPair[])[], settings: GateSettings) {
  const pairs = rounds.flatMap((round) => {
    const limitUs = settings.capacityLimitUs ?? limitOf(round);
    const of = (arm: 'baseline' | 'candidate') =>
      capacityAt(
        round.map((step) => ({ rps: step.rps, p99Us: step[arm].p99Us })),
        limitUs,
      );
    const baseline = of('baseline');
    const candidate = of('candidate');
    return baseline && candidate ? [{ baseline, candidate }] : [];
  });
  const isAll = (censored: Capacity['censored']) =>
    pairs.every(({ baseline, candidate }) => baseline.censored === censored && candidate.censored === censored);
  if (isAll('below')) return { isCovering: false, uncrossed: 'below' } as const;
  if (isAll('above')) return { isCovering: true, uncrossed: 'above' } as const;
  return {
    isCovering: true,
    values: pairs.map(({ baseline, candidate }) => Math.log(baseline.rps) - Math.log(candidate.rps)),
  };
}

function limitOf(round: readonly StepPair[]): number {
  const lowest = round.reduce<StepPair | undefined>(
    (least, step) => (least && least.rps <= step.rps ? least : step),
    undefined,
  );
  return lowest ? limitOverLowest * Math.sqrt(lowest.baseline.p99Us * lowest.candidate.p99Us) : Number.NaN;
}

function reasonAgainst(pairs: readonly StepPair[], maxUtilisation: number): string | undefined {
  const better = (pick: (tail: StepTail) => number | undefined) =>
    medianOf(
      pairs.flatMap(({ baseline, candidate }) => {
        const [one, other] = [pick(baseline), pick(candidate)];
        return one === undefined || other === undefined ? [] : [Math.min(one, other)];
      }),
    );
  const busy = better(({ utilisation }) => utilisation);
  if (busy > maxUtilisation) return `${(busy * 100).toFixed(0)} % busy in both arms`;
  if (better(({ halves }) => halves && unrest(halves)) > 1) return 'latency did not settle in either arm';
  if (better(({ backlog }) => backlog) > settledBacklog) return 'requests piled up in both arms';
  return undefined;
}

/** Above one where the halves of a step differ by more than is settled. */
function unrest(halves: number): number {
  return Math.max(settledHalves.least / halves, halves / settledHalves.most);
}

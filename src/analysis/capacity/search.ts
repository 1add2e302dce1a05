/**
 * Searches the highest rate a topology holds: climb until it breaks, try that again, close in from both sides, confirm. Pure: the next
 * probe follows from those before.
 */
import type { CapacityProbe } from '../../model/capacity.ts';

/** All that the search needs to know of a probe. */
export type ProbeOutcome = Pick<CapacityProbe, 'rps' | 'outcome'>;

/** Where the search begins and what it is content with. */
export interface CapacityLimits {
  readonly startRps: number;
  readonly maxRps: number;
  /** The gap between what is held and what is not, as a share of the rate, at which the search stops. */
  readonly precision: number;
}

/** Why a rate is tried. */
type ProbePhase = 'climb' | 'descend' | 're-probe' | 'bisect' | 'confirm';

/** What is next: another probe, or the bracket that was found; rates in requests per second. */
export type CapacityStep =
  | { readonly kind: 'probe'; readonly rps: number; readonly phase: ProbePhase }
  | {
      readonly kind: 'found';
      /** The highest rate that was held and confirmed; 0 when not even the lowest was held. */
      readonly lowRps: number;
      /** The lowest rate that was not held; undefined when none was seen. */
      readonly highRps: number | undefined;
      /** A rate at which the generator, not the target, was at its end. */
      readonly blindRps: number | undefined;
    };

/** Each rate is this much above the one before while all are held. */
const growth = 1.5;
/** A rate breaks when it breaks this often, and counts as unknown when it is that as often: one hiccup is no limit. */
const oftenEnough = 2;
/** A capacity is confirmed when so many of so many probes at its rate were held (3 of 4). */
const confirmations = 3;
/** The search goes no lower than this share of its first rate. */
const lowestShare = 1 / 64;

type Standing = 'held' | 'confirmed' | 'broken' | 'unknown' | 'open';

/** The next probe after these, or what they come to. */
export function nextCapacityStep(probes: readonly ProbeOutcome[], limits: CapacityLimits): CapacityStep {
  const last = probes.at(-1);
  if (last && standingOf(probes, last.rps) === 'open') return { kind: 'probe', rps: last.rps, phase: 're-probe' };
  const rates = [...new Set(probes.map(({ rps }) => rps))].sort((a, b) => a - b);
  const beyond = rates.find((rps) => ['broken', 'unknown'].includes(standingOf(probes, rps)));
  const held = rates.filter((rps) => beyond === undefined || rps < beyond).at(-1);
  if (beyond === undefined) {
    const next = held === undefined ? limits.startRps : Math.min(Math.round(held * growth), limits.maxRps);
    return held !== undefined && held >= limits.maxRps
      ? confirm(probes, held, undefined)
      : { kind: 'probe', rps: Math.min(next, limits.maxRps), phase: 'climb' };
  }
  if (held === undefined) {
    // A generator that is at its end at the first rate is no better placed at a lower one.
    if (standingOf(probes, beyond) === 'unknown') return found(probes, 0, beyond);
    const lower = Math.floor(beyond / 2);
    if (lower < Math.max(1, limits.startRps * lowestShare)) return found(probes, 0, beyond);
    return { kind: 'probe', rps: lower, phase: 'descend' };
  }
  const middle = Math.round(Math.sqrt(held * beyond));
  if (beyond > held * (1 + limits.precision) && middle > held && middle < beyond) {
    return { kind: 'probe', rps: middle, phase: 'bisect' };
  }
  return confirm(probes, held, beyond);
}

function confirm(probes: readonly ProbeOutcome[], rps: number, beyond: number | undefined): CapacityStep {
  return standingOf(probes, rps) === 'confirmed'
    ? found(probes, rps, beyond)
    : { kind: 'probe', rps, phase: 'confirm' };
}

function found(probes: readonly ProbeOutcome[], lowRps: number, beyond: number | undefined): CapacityStep {
  const isBlind = beyond !== undefined && standingOf(probes, beyond) === 'unknown';
  return { kind: 'found', lowRps, highRps: isBlind ? undefined : beyond, blindRps: isBlind ? beyond : undefined };
}

/** What all probes at a rate say together. */
function standingOf(probes: readonly ProbeOutcome[], rps: number): Standing {
  const count = (outcome: ProbeOutcome['outcome']) =>
    probes.filter((probe) => probe.rps === rps && probe.outcome === outcome).length;
  if (count('broken') >= oftenEnough) return 'broken';
  if (count('held') >= confirmations) return 'confirmed';
  if (count('unknown') >= oftenEnough) return 'unknown';
  // After a probe that broke, a rate is held when two were: two of three.
  return count('held') > count('broken') && (count('broken') === 0 || count('held') >= oftenEnough) ? 'held' : 'open';
}

/** When conditions held and who had a role, and how long after each event a condition held and stayed so. */

import type { ConditionOutcome, Convergence, RoleOutcome } from '../../model/fault-outcome.ts';
import { groupBy } from '../../model/group-by.ts';
import type { ConditionChange, RoleChange } from '../../model/sample.ts';
import type { FaultTimes } from './fault-times.ts';

/** What is known of the conditions of a run. */
export interface ConditionEvidence {
  /** Names, in the order in which they stand in the scenario. */
  readonly conditions: readonly string[];
  readonly changes: readonly ConditionChange[];
  readonly faults: readonly FaultTimes[];
  /** When the first process was started; undefined where it ran before. */
  readonly firstStartUs: number | undefined;
  /** When the load was over. */
  readonly endUs: number;
}

/** Each condition that was looked at. */
export function conditionOutcomes({ conditions, changes }: ConditionEvidence): ConditionOutcome[] {
  const byName = groupBy(changes.toSorted(byTime), ({ condition }) => condition);
  return conditions.flatMap((name) => {
    const own = byName.get(name) ?? [];
    return own.length === 0 ? [] : [{ name, changes: told(own) }];
  });
}

/** Without those that only say once more, at the end, why it does not hold: their words go to the change before. */
function told(changes: readonly ConditionChange[]): ConditionOutcome['changes'] {
  const kept: ConditionOutcome['changes'] = [];
  for (const { atUs, beforeUs, holds, said } of changes) {
    const last = kept.at(-1);
    const words = said === undefined ? {} : { said };
    if (last?.holds === holds) Object.assign(last, words);
    else {
      const uncertaintyUs = Math.round(Math.max(0, atUs - (beforeUs ?? atUs)));
      kept.push({ atUs: Math.round(atUs), holds, ...words, uncertaintyUs });
    }
  }
  return kept;
}

/** Something after which conditions may have to come to hold anew. */
type Event = Pick<Convergence, 'after' | 'event' | 'fromUs'>;

/** The start, and when each fault was asked for and asked to be taken back, in the order of time. */
function eventsOf({ faults, firstStartUs }: ConditionEvidence): Event[] {
  const start: Event[] = firstStartUs === undefined ? [] : [{ after: 'start', event: 'start', fromUs: firstStartUs }];
  const ofFaults = faults.flatMap(({ name, askedUs, startUs, endAskedUs }): Event[] => {
    const begin: Event[] = startUs === undefined ? [] : [{ after: name, event: 'fault', fromUs: askedUs }];
    // A restart is one event: it begins to be over when it begins.
    const end: Event[] =
      startUs === undefined || endAskedUs === undefined || endAskedUs <= askedUs
        ? []
        : [{ after: name, event: 'fault-end', fromUs: endAskedUs }];
    return [...begin, ...end];
  });
  const all = [...start, ...ofFaults].map((event) => ({ ...event, fromUs: Math.round(event.fromUs) }));
  return all.sort((a, b) => a.fromUs - b.fromUs);
}

/**
 * Of each condition that was looked at after each event, until the next: the time until it held and did not cease any more. A condition
 * may have held since the look before the one that found it.
 */
export function convergencesOf(evidence: ConditionEvidence): Convergence[] {
  const events = eventsOf(evidence);
  return conditionOutcomes(evidence).flatMap(({ name, changes }) => {
    const isLooked = (untilUs: number) => (changes[0]?.atUs ?? Number.POSITIVE_INFINITY) < untilUs;
    return events.flatMap((event, index): Convergence[] => {
      const untilUs =
        events.slice(index + 1).find(({ fromUs }) => fromUs > event.fromUs)?.fromUs ?? Math.round(evidence.endUs);
      if (event.fromUs >= untilUs || !isLooked(untilUs)) return [];
      return [{ condition: name, ...event, untilUs, ...convergence(changes, event.fromUs, untilUs) }];
    });
  });
}

function convergence(
  changes: ConditionOutcome['changes'],
  fromUs: number,
  untilUs: number,
): Pick<Convergence, 'state' | 'tookUs' | 'uncertaintyUs'> {
  const before = changes.findLast(({ atUs }) => atUs <= fromUs);
  const within = changes.filter(({ atUs }) => atUs > fromUs && atUs < untilUs);
  const last = within.at(-1) ?? before;
  if (!last?.holds) return { state: 'not-converged' };
  // Nothing was seen of it before the first look: it may have held at once, or come to hold.
  if (last === before) return { state: 'held' };
  const tookUs = last.atUs - fromUs;
  const isFirstLook = last === changes[0];
  return { state: 'converged', tookUs, uncertaintyUs: isFirstLook ? tookUs : Math.min(tookUs, last.uncertaintyUs) };
}

/** Who had each role when, to the end. */
export function roleOutcomes(roles: readonly string[], changes: readonly RoleChange[], endUs: number): RoleOutcome[] {
  const byRole = groupBy(changes.toSorted(byTime), ({ role }) => role);
  return roles.flatMap((role) => {
    const own = byRole.get(role) ?? [];
    if (own.length === 0) return [];
    const spans = own.map(({ atUs, targets }, index) => ({
      fromUs: Math.round(atUs),
      toUs: Math.round(Math.max(atUs, own[index + 1]?.atUs ?? endUs)),
      targets: [...targets],
    }));
    return [{ role, spans }];
  });
}

function byTime(a: { readonly atUs: number }, b: { readonly atUs: number }): number {
  return a.atUs - b.atUs;
}

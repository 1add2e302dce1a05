/** Conditions and roles in words: how long after an event a condition held, and who had a role when. */
import type { ConditionOutcome, Convergence, RoleOutcome } from '../../model/fault-outcome.ts';
import type { RunResult } from '../../model/run-result.ts';
import { formatTimeUs } from '../../model/units.ts';
import { secondsText } from './number-format.ts';
import type { Tone } from './state-words.ts';

/** Whether a condition came to hold is good or not; one that never ceased says nothing. */
export const convergenceTones: Readonly<Record<Convergence['state'], Tone>> = {
  converged: 'good',
  'not-converged': 'bad',
  held: 'info',
};

/** What the time is counted from. */
export function afterText({ after, event }: Convergence): string {
  if (event === 'start') return 'the start of the first process';
  return event === 'fault' ? `the beginning of ${after}` : `the end of ${after}`;
}

/** How long it took, or that it did not come to it. */
export function tookText({ state, tookUs, uncertaintyUs, fromUs, untilUs }: Convergence): string {
  if (state === 'held') return 'held throughout';
  if (state === 'not-converged' || tookUs === undefined) return `not in ${formatTimeUs(untilUs - fromUs)}`;
  const precision = !uncertaintyUs ? '' : `, perhaps ${formatTimeUs(uncertaintyUs)} sooner`;
  return `${formatTimeUs(tookUs)}${precision}`;
}

/** The whole in one sentence: `members=5 converged in 1.84 s after the start of the first process`. */
export function convergenceText(convergence: Convergence): string {
  const { condition, state } = convergence;
  const since = `after ${afterText(convergence)}`;
  if (state === 'held') return `${condition} never ceased to hold ${since}`;
  if (state === 'not-converged') {
    const { fromUs, untilUs } = convergence;
    return `${condition} did not come to hold in the ${formatTimeUs(untilUs - fromUs)} ${since}`;
  }
  return `${condition} converged in ${tookText(convergence)}, ${since}`;
}

/** Convergences as a table of text, its heads first; empty where there are none. */
export function convergenceTable({ convergences = [] }: RunResult): readonly (readonly string[])[] {
  if (convergences.length === 0) return [];
  return [
    ['condition', 'after', 'from', 'held after'],
    ...convergences.map((each) => [each.condition, afterText(each), secondsText(each.fromUs), tookText(each)]),
  ];
}

/** Who had a role when: `db-2 to 12.0 s, nobody to 13.2 s, db-1 to 40.0 s`. */
export function roleText({ spans }: RoleOutcome): string {
  return spans.map(({ toUs, targets }) => `${holders(targets)} to ${secondsText(toUs)}`).join(', ');
}

/** Those who have it, or that nobody has. */
export function holders(targets: readonly string[]): string {
  return targets.length === 0 ? 'nobody' : targets.join(' and ');
}

/** When a condition held: `holds from 3.1 s, not from 12.0 s, holds from 13.4 s`. */
export function conditionText({ changes }: ConditionOutcome): string {
  return changes.map(({ atUs, holds }) => `${holds ? 'holds' : 'does not hold'} from ${secondsText(atUs)}`).join(', ');
}

/** Roles and conditions as a table of text, its heads first; empty where there are neither. */
export function membershipTable({ roles = [], conditions = [] }: RunResult): readonly (readonly string[])[] {
  if (roles.length + conditions.length === 0) return [];
  return [
    ['', 'over time'],
    ...roles.map((role) => [`role ${role.role}`, roleText(role)]),
    ...conditions.map((condition) => [condition.name, conditionText(condition)]),
  ];
}

/** Moments of faults in words, for people who look at a run while it goes on. */
import type { ConditionChange, FaultMoment, RoleChange } from './sample.ts';

const words: Readonly<Record<FaultMoment['moment'], string>> = {
  begin: 'begins',
  end: 'is over',
  failed: 'could not be put in force',
  'undo-failed': 'could not be taken back',
};

/** `fault leader-lost begins: killed node-2 (pid 4711)`. */
export function faultText({ fault, moment, message }: Pick<FaultMoment, 'fault' | 'moment' | 'message'>): string {
  return `fault ${fault} ${words[moment]}: ${message}`;
}

/** `members=3 holds: 3 of 3`. */
export function conditionChangeText({ condition, holds, said }: ConditionChange): string {
  return `${condition} ${holds ? 'holds' : 'does not hold'}${said === undefined ? '' : `: ${said}`}`;
}

/** `leader: node-2`, or that nobody is. */
export function roleChangeText({ role, targets }: RoleChange): string {
  return `${role}: ${targets.length === 0 ? 'nobody' : targets.join(' and ')}`;
}

/** Rounds with profiles after what was judged: whether they are wanted, what they cost, and what is said of them on the way. */
import { about } from '../experiments/plan.ts';
import { profileRoundCount } from '../experiments/profile-rounds.ts';
import type { CommandArgs, Flag } from './command.ts';

/** When they are made. */
const profileModes = ['off', 'auto', 'always'] as const;

/** One of them. */
export type ProfileMode = (typeof profileModes)[number];

/** `--profiles`; `auto` says what that means. */
export function profilesFlag(auto: string): Readonly<Record<'profiles', Flag>> {
  return {
    profiles: {
      describe: `Rounds with CPU, heap, mutex and block profiles afterwards, which nothing is judged by: they name the functions that changed. auto: ${auto}`,
      type: 'string',
      choices: profileModes,
      default: 'auto',
    },
  };
}

/** What the flag says. */
export function profileMode(args: CommandArgs): ProfileMode {
  return profileModes.find((mode) => mode === args.string('profiles')) ?? 'auto';
}

/** `4 more rounds with profiles, about 4m, which nothing is judged by`. */
export function profileRoundsText(arms: number, runMs: number): string {
  return `${profileRoundCount} more rounds with profiles, ${about(profileRoundCount * arms * runMs)}, which nothing is judged by`;
}

/** The profile benchmark's flags. */
import { parseArgs } from 'node:util';

const parts = ['store', 'merge'] as const;

/** What to measure, checked. */
export interface Options {
  readonly parts: readonly (typeof parts)[number][];
  /** How large a store to make up. */
  readonly profiles: number;
  /** How often 500 profiles are merged. */
  readonly rounds: number;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:profiles -- [flags]
  --part store|merge   only this part (default both)
  --profiles N         profiles in the made-up store (default 10000)
  --rounds N           merges of 500 profiles by rampart and by Go (default 5)`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string' },
      profiles: { type: 'string' },
      rounds: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const chosen = parts.filter((part) => values.part === undefined || values.part === part);
  if (chosen.length === 0) throw new Error(`--part must be one of ${parts.join(', ')}, got "${values.part}"`);
  return {
    parts: chosen,
    profiles: wholeNumber('profiles', values.profiles ?? '10000', 100, 1_000_000),
    rounds: wholeNumber('rounds', values.rounds ?? '5', 1, 100),
  };
}

function wholeNumber(flag: string, word: string, least: number, most: number): number {
  const value = Number(word);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${flag} must be a whole number from ${least} to ${most}, got "${word}"`);
}

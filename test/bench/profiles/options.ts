/** The profile benchmark's flags. */
import { parseArgs } from 'node:util';

/** How large a store to make up, checked. */
export interface Options {
  readonly profiles: number;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:profiles -- [flags]
  --profiles N   profiles in the made-up store (default 10000)`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: { profiles: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const profiles = Number(values.profiles ?? '10000');
  if (Number.isInteger(profiles) && profiles >= 100 && profiles <= 1_000_000) return { profiles };
  throw new Error(`--profiles must be a whole number from 100 to 1000000, got "${values.profiles}"`);
}

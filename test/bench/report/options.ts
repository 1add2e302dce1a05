/** The report benchmark's flags. */
import { parseArgs } from 'node:util';

/** How large a run to make up, checked. */
export interface Options {
  readonly seconds: number;
  readonly targets: number;
  readonly steps: number;
  /** Where the made-up run is left; without it, it is removed. */
  readonly out: string | undefined;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:report -- [flags]
  --seconds N   length of the made-up run (default 3600)
  --targets N   observed targets (default 20)
  --steps N     measured steps of equal length (default 12)
  --out DIR     keep the run there`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { seconds: text, targets: text, steps: text, out: text, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  return {
    seconds: whole('--seconds', values.seconds ?? '3600', 86_400),
    targets: whole('--targets', values.targets ?? '20', 500),
    steps: whole('--steps', values.steps ?? '12', 1000),
    out: values.out,
  };
}

function whole(flag: string, text: string, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= high) return value;
  throw new Error(`${flag} must be a whole number from 1 to ${high}, got "${text}"`);
}

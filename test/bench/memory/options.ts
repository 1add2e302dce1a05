/** The memory benchmark's flags. */
import { parseArgs } from 'node:util';

/** What to run, checked. */
export interface Options {
  /** Of the open load; 0 leaves it out. */
  readonly requests: number;
  readonly rate: number;
  /** Seconds of the closed load; 0 leaves it out. */
  readonly closedSeconds: number;
  /** Length of the run that is read back; 0 leaves it out. */
  readonly hours: number;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:memory -- [flags]
  --requests N   requests of the open load (default 5000000; 0: no open load)
  --rate N       its rate per second (default 10000), which this machine must hold
  --closed N     seconds of closed load after it (default 30; 0: none)
  --hours N      length of the made-up run at 10,000/s that is read back (default 1; 0: none)`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { requests: text, rate: text, closed: text, hours: text, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  return {
    requests: whole('--requests', values.requests ?? '5000000', 0, 100_000_000),
    rate: whole('--rate', values.rate ?? '10000', 100, 100_000),
    closedSeconds: whole('--closed', values.closed ?? '30', 0, 3600),
    hours: whole('--hours', values.hours ?? '1', 0, 100),
  };
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`${flag} must be a whole number from ${low} to ${high}, got "${text}"`);
}

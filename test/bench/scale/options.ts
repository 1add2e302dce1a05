/** The flags of the scale simulation. */
import { parseArgs } from 'node:util';
import type { FleetShape } from './fleet.ts';

const parts = ['clock', 'lost', 'stream', 'measured'] as const;
/** Needs this machine for itself. */
const usual = ['clock', 'lost', 'stream'];

/** What to simulate, checked. */
export interface Options {
  readonly parts: readonly (typeof parts)[number][];
  readonly shapes: readonly FleetShape[];
  readonly seed: number;
  /** Whether what was written is read back and analysed. */
  readonly analyse: boolean;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:scale -- [flags]
  --generators N,N   numbers of generators (default 2,8,50,200)
  --each N           requests per second of each (default 10000)
  --seconds N        length of the simulated load (default 8)
  --cores N          of each generator (default 4: one worker up to 12,000/s)
  --part NAME,NAME   of ${parts.join(', ')} (default ${usual.join(',')}; measured starts real ones here)
  --seed N           (default 1)
  --analyse          read what was written back, as rampart report does`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      generators: text,
      each: text,
      seconds: text,
      cores: text,
      part: text,
      seed: text,
      analyse: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const each = whole('--each', values.each ?? '10000', 1, 100_000);
  const seconds = whole('--seconds', values.seconds ?? '8', 3, 600);
  const cores = whole('--cores', values.cores ?? '4', 1, 256);
  const seed = whole('--seed', values.seed ?? '1', 0, 2 ** 31 - 1);
  const numbers = (values.generators ?? '2,8,50,200').split(',').map((one) => whole('--generators', one, 1, 1000));
  return {
    parts: (values.part ?? usual.join(',')).split(',').map(partOf),
    shapes: numbers.map((generators) => ({
      generators,
      rps: each * generators,
      seconds,
      cores,
      seed,
      arrivals: 'poisson',
    })),
    seed,
    analyse: values.analyse ?? false,
  };
}

function partOf(text: string): (typeof parts)[number] {
  const found = parts.find((part) => part === text);
  if (found === undefined) throw new Error(`--part must be of ${parts.join(', ')}, got "${text}"`);
  return found;
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`${flag} must be a whole number from ${low} to ${high}, got "${text}"`);
}

/** The benchmark's flags. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allGenerators, oursName } from './generators.ts';

/** What to run, checked. */
export interface Options {
  readonly rounds: number;
  /** Measured seconds of each run, after its warm-up. */
  readonly seconds: number;
  readonly rates: readonly number[];
  readonly generators: readonly string[];
  /** Only cases with one of these in their name; all when it is empty. */
  readonly cases: readonly string[];
  /** Processes that use a processor each while the generators run. */
  readonly burners: number;
  readonly json: string;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:load -- [flags]
  --rounds N          times each generator does each case (default 3)
  --seconds N         measured seconds of each run, 3 or 4 (default 4); a second of warm-up comes before
  --rates A,B,...     requests per second (default 1000,5000,10000)
  --generators A,B    only these and ours (default: all that are found)
  --cases A,B         only cases with one of these in their name, such as closed (default: all)
  --burners N         processes that burn CPU beside every run (default 0)
  --json FILE         where every run is written down (default runs/bench-load.json)`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ rounds: text, seconds: text, rates: text, generators: text, cases: text, burners: text, json: text },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const known = allGenerators.map((each) => each.name);
  const generators = values.generators?.split(',') ?? known;
  const stranger = generators.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`--generators must be some of ${known.join(',')}, got "${stranger}"`);
  return {
    rounds: whole('--rounds', values.rounds ?? '3', 1, 50),
    seconds: whole('--seconds', values.seconds ?? '4', 3, 4),
    rates: (values.rates ?? '1000,5000,10000').split(',').map((rate) => whole('--rates', rate, 100, 50_000)),
    generators: [oursName, ...generators],
    cases: values.cases?.split(',') ?? [],
    burners: whole('--burners', values.burners ?? '0', 0, 16),
    json: values.json ?? join('runs', 'bench-load.json'),
  };
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`${flag} must be a whole number from ${low} to ${high}, got "${text}"`);
}

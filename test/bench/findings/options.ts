/** The flags of the findings benchmark. */
import { parseArgs } from 'node:util';
import type { System } from './systems.ts';

/** What to run, checked. */
export interface Options {
  readonly systems: readonly System[];
  /** Runs of each system with a cause, and of each healthy one. */
  readonly times: number;
  readonly healthyTimes: number;
  /** Only systems of this engine run; a system that needs Docker says so. */
  readonly engines: readonly string[];
  /** Whether each system is run once and kept in test/recorded instead. */
  readonly record: boolean;
  /** Whether the runs in test/recorded are judged, as analysis sees them now, and nothing is run. */
  readonly recorded: boolean;
  /** Where run directories are kept; without it each is deleted when it has been judged. */
  readonly keep: string | undefined;
}

/** Shown for `--help`. */
export const usage = `usage: npm run bench:findings -- [flags]
Runs systems whose cause is known, and counts how often the diagnosis names it. Prints Markdown.
  --only A,B,...  only these systems (folders of test/causes, scenarios of scenarios/)
  --times N       runs of each system with a cause (default 5)
  --healthy N     runs of each healthy system (default 20)
  --engine E      only systems that run with E, process or compose (default: both; those that need Docker run with compose)
  --record        run each once and keep it as test/recorded/NAME.json.gz
  --recorded      judge the runs in test/recorded instead, as analysis sees them now: no load, some seconds
  --keep DIR      keep run directories there, as NAME-N`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[], all: readonly System[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: text,
      times: text,
      healthy: text,
      engine: text,
      record: flag,
      recorded: flag,
      keep: text,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const known = all.map(({ name }) => name);
  const chosen = values.only?.split(',') ?? known;
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`--only: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const { engine } = values;
  if (engine !== undefined && engine !== 'process' && engine !== 'compose')
    throw new Error(`--engine: must be process or compose, got ${engine}`);
  return {
    systems: all.filter(({ name }) => chosen.includes(name)),
    times: whole('--times', values.times ?? '5'),
    healthyTimes: whole('--healthy', values.healthy ?? '20'),
    engines: engine === undefined ? ['process', 'compose'] : [engine],
    record: values.record ?? false,
    recorded: values.recorded ?? false,
    keep: values.keep,
  };
}

function whole(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1000)
    throw new Error(`${flag}: must be a whole number from 1 to 1000, got ${text}`);
  return number;
}

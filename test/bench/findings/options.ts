/** The flags of the findings benchmark. */
import { parseArgs } from 'node:util';
import type { System } from './systems.ts';

/** What to run, checked. */
export interface Options {
  readonly systems: readonly System[];
  /** Runs of each system with a cause, and of each healthy one. */
  readonly times: number;
  readonly healthyTimes: number;
  /** What starts them, instead of the engine that each one says. */
  readonly engine: 'process' | 'compose' | undefined;
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
  --engine E      process leaves those out that need Docker, compose starts all with Docker (default: Docker where it is needed)
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
    systems: all.filter(
      ({ name, expect }) => chosen.includes(name) && !(engine === 'process' && expect.engine === 'compose'),
    ),
    times: whole('--times', values.times ?? '5'),
    healthyTimes: whole('--healthy', values.healthy ?? '20'),
    engine,
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

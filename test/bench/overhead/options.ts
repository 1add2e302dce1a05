/** The overhead benchmark's flags. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Arm, arms, type Loop, loops, off, offAgain } from './arms.ts';

/** What to run, checked. */
export interface Options {
  readonly rounds: number;
  /** No round starts after so many. */
  readonly minutes: number;
  /** Measured seconds of each run, after its warm-up. */
  readonly seconds: number;
  readonly arms: readonly Arm[];
  readonly loops: readonly Loop[];
  /** Of the closed loop's throughput, in percent, that the open loop asks for. */
  readonly sharePercent: number;
  /** Of the order in which the arms of a round run. */
  readonly seed: number;
  readonly json: string;
}

const names = arms.map(({ name }) => name);

/** Shown for `--help`. */
export const usage = `usage: npm run bench:overhead -- [flags]
25 minutes on an idle machine: --arms all --rounds 12 --minutes 25, which compares all samplers with nothing, and nothing with nothing
  --rounds N      times each arm is run in each loop (default 12; intervals need 6)
  --minutes N     no round starts after so many (default 120)
  --seconds N     measured seconds of each run (default 8); two of warm-up come before
  --arms A,B,...  only these beside ${off} and ${offAgain}, of ${names.slice(2).join(',')} (default: all)
  --loops A,B,... only these of ${loops.join(',')} (default: all)
  --share N       percent of the closed loop's throughput that the open loop asks for (default 70)
  --seed N        of the order within each round (default 1)
  --json FILE     where every run is written down (default runs/bench-overhead.json)`;

/** The options in the arguments, undefined when help was asked for; throws an error that says what was expected. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: text,
      minutes: text,
      seconds: text,
      arms: text,
      loops: text,
      share: text,
      seed: text,
      json: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const chosen = some('--arms', values.arms, names);
  const chosenLoops = some('--loops', values.loops, loops);
  return {
    rounds: whole('--rounds', values.rounds ?? '12', 1, 200),
    minutes: whole('--minutes', values.minutes ?? '120', 1, 1440),
    seconds: whole('--seconds', values.seconds ?? '8', 4, 600),
    arms: arms.filter(({ name }) => [off, offAgain, ...chosen].includes(name)),
    loops: loops.filter((loop) => chosenLoops.includes(loop)),
    sharePercent: whole('--share', values.share ?? '70', 10, 100),
    seed: whole('--seed', values.seed ?? '1', 0, 2 ** 31 - 1),
    json: values.json ?? join('runs', 'bench-overhead.json'),
  };
}

function some(flag: string, text: string | undefined, known: readonly string[]): readonly string[] {
  const chosen = text?.split(',') ?? known;
  const stranger = chosen.find((name) => !known.includes(name));
  if (stranger === undefined) return chosen;
  throw new Error(`${flag} must be some of ${known.join(',')}, got "${stranger}"`);
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`${flag} must be a whole number from ${low} to ${high}, got "${text}"`);
}

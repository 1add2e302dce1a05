/** The flags that say how many rounds several runs make, and how long they may take. */

import type { RoundsRequest } from '../../experiments/plan.ts';
import { parseDurationMs } from '../../model/units.ts';
import type { CommandArgs } from '../command.ts';

const mostRounds = 100;

/** Reads `--rounds`, `--budget` and `--warmup-rounds`; mistakes go into the list. */
export function roundsRequest(args: CommandArgs, mistakes: string[]): RoundsRequest {
  const rounds = args.number('rounds');
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 2 && rounds <= mostRounds))
    mistakes.push(`--rounds must be a whole number from 2 to ${mostRounds}, got ${rounds} (example: --rounds 8)`);
  const budget = args.string('budget');
  const budgetMs = budget === undefined ? undefined : parseDurationMs(budget);
  if (budget !== undefined && !((budgetMs ?? 0) > 0))
    mistakes.push(`--budget must be a positive duration, got ${JSON.stringify(budget)} (example: --budget 40m)`);
  const warmupRounds = args.number('warmup-rounds');
  if (
    warmupRounds !== undefined &&
    !(Number.isInteger(warmupRounds) && warmupRounds >= 0 && warmupRounds <= mostRounds)
  )
    mistakes.push(
      `--warmup-rounds must be a whole number up to ${mostRounds}, got ${warmupRounds} (example: --warmup-rounds 1)`,
    );
  return { rounds, budgetMs, warmupRounds };
}

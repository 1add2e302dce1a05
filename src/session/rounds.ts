/**
 * The rounds of a comparison: every arm once per round in an order of its own (randomised multiple interleaved trials), an invalid run
 * repeated at once, and nothing done twice when an interrupted comparison goes on.
 */

/** One run to be made: round and attempt from 1, position in its round from 0. */
export interface RoundSlot {
  readonly round: number;
  readonly position: number;
  readonly arm: string;
  readonly attempt: number;
}

/** One run that was made. */
export interface DoneRun extends RoundSlot {
  readonly isValid: boolean;
  readonly tookMs: number;
}

/** What is to be done, and with what. */
export interface RoundsPlan {
  /** Every arm, in the order in which a round (from 1) runs them; the same each time it is asked. */
  readonly orderOf: (round: number) => readonly string[];
  readonly rounds: number;
  /** How often an invalid run is repeated before it counts as missing. */
  readonly repeats: number;
  /** From now on; no round is begun that would not end in it. */
  readonly budgetMs: number | undefined;
  /** How long one run takes as long as none was made. */
  readonly expectedRunMs: number;
}

/** Makes the runs; rejects to end everything, as when the user interrupts. */
export interface RoundsParts {
  readonly done: readonly DoneRun[];
  readonly nowMs: () => number;
  readonly onRound: (round: number, leftMs: number) => void;
  readonly run: (slot: RoundSlot) => Promise<DoneRun>;
}

/** Makes every run that is still to be made; `budget` when the next round would not have fitted into it. */
export async function runRounds(plan: RoundsPlan, parts: RoundsParts): Promise<'complete' | 'budget'> {
  const startMs = parts.nowMs();
  const done = [...parts.done];
  for (let round = 1; round <= plan.rounds; round++) {
    if (nextSlot(plan, round, done) === undefined) continue;
    const neededMs = expectedRoundMs(plan, done);
    const spentMs = parts.nowMs() - startMs;
    if (plan.budgetMs !== undefined && spentMs + neededMs > plan.budgetMs) return 'budget';
    parts.onRound(round, neededMs * (plan.rounds - round + 1));
    for (let slot = nextSlot(plan, round, done); slot; slot = nextSlot(plan, round, done))
      done.push(await parts.run(slot));
  }
  return 'complete';
}

/** The next run of a round; undefined when every arm has a valid run or has used up its repeats. */
export function nextSlot(
  { orderOf, repeats }: Pick<RoundsPlan, 'orderOf' | 'repeats'>,
  round: number,
  done: readonly DoneRun[],
): RoundSlot | undefined {
  for (const [position, arm] of orderOf(round).entries()) {
    const own = done.filter((run) => run.round === round && run.arm === arm);
    if (own.some(({ isValid }) => isValid) || own.length > repeats) continue;
    return { round, position, arm, attempt: own.length + 1 };
  }
  return undefined;
}

/** How long one more round takes, by the runs made so far; without any, by the plan. */
export function expectedRoundMs(
  { orderOf, expectedRunMs }: Pick<RoundsPlan, 'orderOf' | 'expectedRunMs'>,
  done: readonly DoneRun[],
): number {
  const meanMs =
    done.length === 0 ? expectedRunMs : done.reduce((total, { tookMs }) => total + tookMs, 0) / done.length;
  return meanMs * orderOf(1).length;
}

/** How many rounds a comparison makes and how long they take: worked out and told before the first of them. */
import { fewestRounds } from '../analysis/compare/contrasts.ts';
import { usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { formatDurationMs } from '../model/units.ts';

/** What is asked for; each undefined when it is left to rampart. */
export interface RoundsRequest {
  readonly rounds: number | undefined;
  readonly budgetMs: number | undefined;
  /** Rounds before those that are judged; none without it. */
  readonly warmupRounds?: number | undefined;
}

/** Rounds and budget that are settled, and what one run is expected to take. */
export interface ComparisonPlan {
  /** Warm-up rounds among them. */
  readonly rounds: number;
  readonly warmupRounds?: number | undefined;
  readonly budgetMs: number | undefined;
  readonly runMs: number;
}

/** The rounds of a comparison that is told nothing else. */
export const usualRounds = 8;
/** More rounds than this gain little for what they cost. */
const mostRoundsOfBudget = 16;
/** Start, readiness, drain, teardown and analysis of one run, as long as none was timed. */
const overheadMs = 7000;

/** What one run of a scenario is expected to take. */
export function expectedRunMs({ load }: Scenario): number {
  return load.idleMs + load.steps.reduce((sum, { durationMs }) => sum + durationMs, 0) + overheadMs;
}

/** Settles rounds and budget; usage error when the budget is too short to show anything. */
export function planComparison(asked: RoundsRequest, runMs: number, variants: number): ComparisonPlan {
  const roundMs = runMs * variants;
  const { budgetMs, warmupRounds = 0 } = asked;
  const fitting = budgetMs === undefined ? undefined : Math.floor(budgetMs / roundMs) - warmupRounds;
  const rounds = asked.rounds ?? (fitting === undefined ? usualRounds : Math.min(mostRoundsOfBudget, fitting));
  const needed = Math.min(asked.rounds ?? fewestRounds, fewestRounds);
  if (fitting !== undefined && fitting < needed) {
    const message = `--budget ${formatDurationMs(budgetMs ?? 0)} is too short: ${needed} rounds of ${variants} variants at about ${formatDurationMs(wholeSeconds(runMs))} each take ${about(roundMs * (needed + warmupRounds))}`;
    throw usageError(
      'budget-too-short',
      message,
      `A larger budget, fewer variants, or shorter steps; ${fewestRounds} rounds are the fewest that can show a difference.`,
    );
  }
  return { rounds: rounds + warmupRounds, budgetMs, runMs, ...(warmupRounds > 0 ? { warmupRounds } : {}) };
}

/** `8 rounds of 3 variants are 24 runs of about 35s each: about 14m`. */
export function costText(
  { rounds, runMs }: Pick<ComparisonPlan, 'rounds' | 'runMs'>,
  variants: number,
  called = 'variants',
): string {
  const runs = rounds * variants;
  return `${rounds} rounds of ${variants} ${called} are ${runs} runs of about ${formatDurationMs(wholeSeconds(runMs))} each, ${about(runs * runMs)}`;
}

/** A duration in whole seconds under two minutes, in whole minutes above: `about 14m`. */
export function about(ms: number): string {
  return `about ${formatDurationMs(ms < 120_000 ? wholeSeconds(ms) : Math.round(ms / 60_000) * 60_000)}`;
}

function wholeSeconds(ms: number): number {
  return Math.max(1000, Math.round(ms / 1000) * 1000);
}

/** The rounds of a comparison on this machine: one run after the other, each kept as soon as it has ended. */
import { join } from 'node:path';
import { armOrder } from '../analysis/rounds/arm-order.ts';
import { firstNodes, otherNodes } from '../analysis/rounds/other-nodes.ts';
import { medianP99Us } from '../analysis/rounds/window-p99.ts';
import { placeForRun, writeComparison } from '../archive/comparison-directory.ts';
import { convergenceName, convergenceOf, recoveryOf, type Waited } from '../model/arm-faults.ts';
import type { ArmRun, Comparison } from '../model/comparison.ts';
import { isErrorCode } from '../model/error-codes.ts';
import type { Caller } from '../model/host.ts';
import { type KeptNamespaces, whileKept } from '../model/kept-namespaces.ts';
import { formatDurationMs, formatLatencyUs } from '../model/units.ts';
import { type DoneRun, type RoundSlot, runRounds } from '../session/rounds.ts';
import type { Arm } from './arm.ts';
import { about, type ComparisonPlan } from './plan.ts';
import { type ArmPlace, createArmRunner, repeats, runArm } from './run-arm.ts';
import { refuseSameBuilds } from './same-builds.ts';
import { refuseMovedImages } from './same-images.ts';

/** A comparison to carry out. */
interface ComparisonWork {
  readonly comparison: Comparison;
  readonly arms: readonly Arm[];
  readonly plan: ComparisonPlan;
  /** In which order a round (from 1) runs its arms; by chance unless it is given. */
  readonly orderOf?: (round: number) => readonly string[];
}

/** How the runs of a comparison are made and kept. */
export interface RoundsKeeper {
  /** Carries an arm out in a place of its own, with pods on these nodes where it has some. */
  run(slot: RoundSlot, arm: Arm, nodes: ArmPlace['nodes']): Promise<ArmRun>;
  keep(comparison: Comparison): Promise<void>;
}

/** Gives the work real runs, kept in the directory of the comparison; what they use one after the other in a cluster goes at the end. */
export async function withRoundsKeeper<T>(
  directory: string,
  caller: Caller,
  work: (keeper: RoundsKeeper) => Promise<T>,
): Promise<T> {
  return await whileKept((kept) => work(createRoundsKeeper(directory, caller, kept)));
}

function createRoundsKeeper(directory: string, caller: Caller, kept: KeptNamespaces): RoundsKeeper {
  const quiet = quietly(caller);
  const runner = createArmRunner(quiet, kept);
  return {
    run: async (slot, arm, nodes) => {
      const place = join(directory, await placeForRun(directory, slot.round, safeName(arm.name)));
      return await runArm(slot, arm, { directory, place, nodes }, runner, quiet);
    },
    keep: async (comparison) => await writeComparison(directory, comparison),
  };
}

/** Makes the runs that are still to be made; rejects when the user interrupts, and what had ended is kept. */
export async function compareRounds(
  work: ComparisonWork,
  keeper: RoundsKeeper,
  caller: Pick<Caller, 'tell' | 'time'>,
): Promise<Comparison> {
  const { arms, plan, comparison } = work;
  const names = arms.map(({ name }) => name);
  const { seed } = comparison.scenario;
  const { plannedRounds } = comparison;
  let now = comparison;
  await keeper.keep(now);
  const end = await runRounds(
    {
      orderOf: work.orderOf ?? ((round) => armOrder(names, round - 1, seed)),
      rounds: plannedRounds,
      repeats,
      budgetMs: plan.budgetMs,
      expectedRunMs: plan.runMs,
    },
    {
      done: comparison.runs.map(toDone),
      nowMs: caller.time.monotonicMs,
      onRound: (round, leftMs) => caller.tell(`round ${round} of ${plannedRounds}, ${about(leftMs)} left\n`),
      run: async (slot) => {
        const arm = arms.find(({ name }) => name === slot.arm);
        if (!arm) throw new Error(`there is no arm ${slot.arm}`);
        const made = await keeper.run(slot, arm, firstNodes(now, slot.arm)).catch(async (error: unknown) => {
          const started = now.runs.filter((one) => !hasFailedToStart(one, slot));
          if (started.length < now.runs.length) await keeper.keep({ ...now, runs: started });
          throw error;
        });
        const run = onSameNodes(now, made);
        now = { ...now, runs: [...now.runs, run] };
        await keeper.keep(now);
        refuseSameBuilds(arms, now.runs);
        refuseMovedImages(now.runs);
        caller.tell(`  ${runText(run)}\n`);
        return toDone(run);
      },
    },
  );
  if (end === 'budget') caller.tell('the budget is spent: another round would not end within it\n');
  return now;
}

/** Starts that failed before the comparison ended over one: they measured nothing, and who goes on with it has all of its repeats again. */
function hasFailedToStart({ round, variant, invalid }: ArmRun, slot: RoundSlot): boolean {
  return round === slot.round && variant === slot.arm && isErrorCode(invalid[0]?.code);
}

function onSameNodes(before: Comparison, run: ArmRun): ArmRun {
  const elsewhere = otherNodes(before, run);
  if (elsewhere.length === 0) return run;
  const { ruled, faults, convergences, ...whole } = run;
  return { ...whole, invalid: [...run.invalid, ...elsewhere], steps: [] };
}

function toDone({ round, position, variant, attempt, invalid, tookMs }: ArmRun): DoneRun {
  return { round, position, arm: variant, attempt, isValid: invalid.length === 0, tookMs };
}

function runText({ variant, attempt, invalid, steps, tookMs, faults = [], convergences = [] }: ArmRun): string {
  const took = formatDurationMs(Math.round(tookMs / 1000) * 1000);
  const [reason] = invalid;
  if (reason) {
    const next = attempt <= repeats ? 'it is repeated' : 'it counts as missing';
    return `${variant}: invalid (${reason.message}); ${next}; ${took}`;
  }
  const p99s = steps.map(({ name, windows }) => `${name} p99 ${formatLatencyUs(medianP99Us(windows))}`);
  const waits = [
    ...faults.map((fault) => `${fault.name} ${waitedText(recoveryOf(fault), 'recovered', 'no harm')}`),
    ...convergences
      .filter(({ state }) => state !== 'held')
      .map((each) => `${convergenceName(each)} ${waitedText(convergenceOf(each), 'held', 'held throughout')}`),
  ];
  return [`${variant}: ${p99s.length > 0 ? p99s.join(', ') : 'no p99 to judge'}`, ...waits, took].join('; ');
}

function waitedText(waited: Waited, done: string, none: string): string {
  if (waited.kind === 'took') return `${done} after ${formatLatencyUs(waited.us)}`;
  return { none, never: `not ${done}`, unknown: 'cannot be told' }[waited.kind];
}

/** What a single run tells its user is too much for dozens of them: each warning once, and progress only where it redraws itself. */
function quietly(caller: Caller): Caller {
  const told = new Set<string>();
  const warn = (message: string) => {
    if (told.has(message)) return;
    told.add(message);
    caller.log.warn(message);
  };
  return { ...caller, tell: caller.redraw ? caller.tell : () => undefined, log: { info: () => undefined, warn } };
}

/** An arm's name as a directory on any file system. */
function safeName(name: string): string {
  return name.replace(/[^\w.,=-]/g, '-').slice(0, 80);
}

/** `rampart compare`: variants of a scenario's settings, run interleaved in rounds and judged together. */
import { join, relative, resolve } from 'node:path';
import { fewestRounds } from '../../analysis/compare/contrasts.ts';
import { comparisonFile, readComparison } from '../../archive/comparison-directory.ts';
import { whileOwned } from '../../archive/owner-file.ts';
import { comparisonExitCode, finishComparison } from '../../experiments/finish.ts';
import { openComparison } from '../../experiments/open.ts';
import {
  type ComparisonPlan,
  costText,
  expectedRunMs,
  planComparison,
  type RoundsRequest,
  usualRounds,
} from '../../experiments/plan.ts';
import { compareRounds, withRoundsKeeper } from '../../experiments/rounds.ts';
import { readVariants, type Variants } from '../../experiments/variants.ts';
import { type ExitCode, messageOf, usageError } from '../../model/errors.ts';
import { reportFile } from '../../model/raw-run.ts';
import { formatDurationMs } from '../../model/units.ts';
import { resolveAutoEngine } from '../../runs/auto-engine.ts';
import { openScenario, readScenario } from '../../runs/read-scenario.ts';
import { newRunId } from '../../runs/run-id.ts';
import type { Override } from '../../scenario/load-scenario.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { announceBegin } from '../job/kubernetes.ts';
import { announceComparison } from '../job/summaries.ts';
import { formatFlags, outputFormat } from '../output-format.ts';
import { comparisonFormats, printComparison } from '../print-comparison.ts';
import { type ProfileMode, profileMode, profileRoundsText, profilesFlag } from '../profile-rounds.ts';
import { overridesOf, scenarioFlags, tellAborts } from '../scenario-flags.ts';
import { wantsCode, withCode } from './code.ts';
import { roundsRequest } from './rounds-flags.ts';
import { axesOf } from './vary-flags.ts';

/** More than these make the family of contrasts large, and each of them hard to show. */
const handyVariants = 4;

export const compareCommand: Command = {
  name: 'compare',
  positionals: '<scenario>',
  instead: 'rampart diff RUN RUN shows runs that are over beside each other',
  summary: 'Run variants of a scenario against each other, and say which is better and by how much',
  examples: [
    ['rampart compare ramp.yaml --vary loadbalancer.GOMAXPROCS=1,2,4', 'the others are held against the first value'],
    ['rampart compare ramp.yaml --vary api.GOMAXPROCS=1,2 --vary api.GOGC=100,off', 'every combination'],
    ['rampart compare ramp.yaml --rounds 12 --budget 40m', 'the variants that stand in the scenario'],
    ['rampart compare ramp.yaml --out runs/x-compare', 'goes on with an interrupted comparison'],
  ],
  options: {
    ...scenarioFlags,
    vary: {
      describe: 'A variable of a service and its values, SERVICE.NAME=VALUE,VALUE; several make a matrix',
      type: 'string',
      array: true,
    },
    rounds: {
      describe: `Runs of each variant; under ${fewestRounds} nothing can be shown (default: ${usualRounds})`,
      type: 'number',
    },
    'warmup-rounds': {
      describe: 'Rounds that are made and kept before those that are judged (default: 0)',
      type: 'number',
    },
    budget: { describe: 'Begin no round that would not end within this time, such as 40m', type: 'string' },
    out: {
      describe: 'Directory: new, empty, or of a comparison to go on with (default: runs/<time>-<scenario>-compare)',
      type: 'string',
      short: 'o',
    },
    expect: {
      describe: 'Exit 0 only if this variant is shown to have the best p99; 1 if another has, 5 if none',
      type: 'string',
    },
    ...profilesFlag('where a difference is shown'),
    ...formatFlags(comparisonFormats),
  },
  run: async (args, context) => {
    const { request, overrides, format } = readFlags(args);
    const given = await readSettled(args, request, overrides, context);
    try {
      return await runComparison(given, { request, format }, args, context);
    } finally {
      await given.close();
    }
  },
};

async function runComparison(
  given: Variants,
  { request, format }: { readonly request: RoundsRequest; readonly format: string },
  args: CommandArgs,
  context: CommandContext,
): Promise<ExitCode> {
  const { base, variants } = given;
  const expected = args.string('expect');
  checkExpected(expected, given);
  const plan = planComparison(request, expectedRunMs(base), variants.length);
  const id = `${newRunId(base.name, context.time)}-compare`;
  const out = args.string('out');
  const directory = out === undefined ? join(context.cwd, 'runs', id) : resolve(context.cwd, out);
  const opened = await openComparison({ id, directory, base, arms: variants, plan, called: 'comparison' }, context);
  tellAborts(given.base, context.log);
  announcePlan(plan, given, directory, profileMode(args), context);
  await announceBegin('compare', context);
  const comparison = await whileOwned(directory, async () => {
    const whole = await withRoundsKeeper(directory, context, (keeper) =>
      compareRounds({ comparison: opened, arms: variants, plan }, keeper, context),
    ).catch(async (error: unknown) => {
      await announceInterrupted(directory, context);
      throw error;
    });
    const settled = await finishComparison(directory, whole);
    return wantsCode(settled, profileMode(args))
      ? await withCode(settled, { directory, base, arms: variants }, plan.runMs, context)
      : settled;
  });
  printComparison(comparison, format, context);
  const path = relative(context.cwd, directory) || '.';
  context.tell(`\nreport: ${path}/${reportFile}\nresult: ${path}/${comparisonFile}\n`);
  const exitCode = comparisonExitCode(comparison, expected);
  await announceComparison(comparison, { directory, exitCode }, context);
  return exitCode;
}

function readFlags(args: CommandArgs): { request: RoundsRequest; overrides: Override[]; format: string } {
  const mistakes: string[] = [];
  const request = roundsRequest(args, mistakes);
  const attempt = <Read>(read: () => Read, otherwise: Read): Read => {
    try {
      return read();
    } catch (error) {
      mistakes.push(messageOf(error));
      return otherwise;
    }
  };
  const overrides = attempt(() => overridesOf(args), []);
  const format = attempt(() => outputFormat(args), '');
  mistakes.push(...axesOf(args.strings('vary')).mistakes);
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return { request, overrides, format };
}

/** Reads everything with the engine that `auto` comes to now: all rounds must run on the same one. */
async function readSettled(
  args: CommandArgs,
  request: RoundsRequest,
  overrides: readonly Override[],
  context: CommandContext,
): Promise<Variants> {
  const file = await openScenario(args.string('scenario') ?? '', context);
  const { axes } = axesOf(args.strings('vary'));
  const asOut = args.string('out');
  const out = asOut === undefined ? undefined : resolve(context.cwd, asOut);
  const costOf = (base: Variants['base'], count: number) =>
    costText({ rounds: request.rounds ?? usualRounds, runMs: expectedRunMs(base) }, count);
  const { scenario } = await readScenario(file, overrides, context);
  const engine = await resolveAutoEngine(scenario, context);
  const settled = engine ? [...overrides, engine] : overrides;
  return await readVariants({ file, overrides: settled, axes, out, costOf }, context);
}

function checkExpected(expected: string | undefined, { variants }: Variants): void {
  const names = variants.map(({ name }) => name);
  if (expected === undefined || names.includes(expected)) return;
  throw usageError(
    'flag-invalid',
    `--expect must name a variant, got ${JSON.stringify(expected)} (variants: ${names.join(' ')})`,
  );
}

function announcePlan(
  plan: ComparisonPlan,
  { variants }: Variants,
  directory: string,
  profiles: ProfileMode,
  { tell, cwd, log }: CommandContext,
): void {
  const names = variants.map(({ name }, index) => (index === 0 ? `${name} (the others are held against it)` : name));
  tell(`comparing ${names.join(', ')}\n`);
  tell(`${costText(plan, variants.length)}`);
  tell(
    plan.budgetMs === undefined
      ? '\n'
      : `; no round is begun that would not end within ${formatDurationMs(plan.budgetMs)}\n`,
  );
  const judged = plan.rounds - (plan.warmupRounds ?? 0);
  if (plan.warmupRounds)
    tell(`the first ${plan.warmupRounds} of them are warm-up rounds, which are kept and not judged\n`);
  if (judged < fewestRounds)
    log.warn(`${judged} rounds can show nothing, however large a difference is: that takes ${fewestRounds}`);
  if (variants.length > handyVariants)
    log.warn(
      `with ${variants.length} variants only larger differences can be shown; ${handyVariants} or fewer are better`,
    );
  if (profiles !== 'off')
    tell(
      `${profiles === 'auto' ? 'where a difference is shown' : 'then'} ${profileRoundsText(variants.length, plan.runMs)} (--profiles off makes none)\n`,
    );
  tell(`results: ${relative(cwd, directory) || '.'}\n`);
}

async function announceInterrupted(directory: string, context: CommandContext): Promise<void> {
  const left = await readComparison(directory).catch(() => undefined);
  if (!left || left.runs.length === 0) return;
  const path = relative(context.cwd, directory) || '.';
  const what = context.signal.aborted ? 'interrupted' : 'stopped';
  context.tell(
    `\n${what} after ${left.runs.length} runs, which are kept: the same command with --out ${path} goes on\n`,
  );
}
